import RequestLog
import Testing

@Suite("What RFC 8259 requires and forbids")
struct JSONGrammarTests {
    @Test(
        "a value of any valid form passes where nobody reads it",
        arguments: [
            "0", "-0", "1e5", "1E+5", "1e-5", "-0.0e-0", "123456789012345678901234567890", "0.5", "true", "false",
            "null",
            "{}", "[]", "[ ]", "{ }", "[[],{}]", #"{"a":[1,{"b":null}]}"#, #""""#, #""\"\\\/\b\f\n\r\t""#,
            #""\u0000\uFFFF\u00e9""#, #""\ud83d\ude00""#, #""\ud83d alone""#, #""\ude00""#, "\"{\\\"status\\\":500}\"",
            "\"\u{1}\u{1f}\"", "\"tab\there\"", "\"a\u{0}b\"", "[1 , 2\t,\r3]",
        ])
    func accepted(value: String) {
        for text in [line(#""x":"# + value), line(#""x":"# + value + " ").replacingComma(with: "\t,\r ")] {
            let found = record(text)
            #expect(found?.status == 200, "\(text)")
        }
    }

    @Test(
        "invalid UTF-8 in a string that nobody reads passes", arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80]])
    func invalidUnread(bytes: [UInt8]) {
        let text = Array(line(#""x":"@""#).utf8).flatMap { $0 == UInt8(ascii: "@") ? bytes : [$0] }
        #expect(read(text).counts.accepted == 1)
    }

    /// `^` stands before the byte where the reader must stop.
    @Test(
        "a value of any other form is malformed, at the byte where it goes wrong",
        arguments: [
            "0^1", "^+1", "^.5", "1.^,", "1e^,", "1e+^}", "-^,", "-^x", "0^x1", "1.5^.2", "^NaN", "^Infinity", "tru^",
            "tru^x", "^True", "nul^}", "^undefined", "^'a'", #""\^x""#, #""\u^g000""#, #""\u00^g0""#, #""\u12^""#,
            "[1,^]", "[^,1]", "[1 ^2]", "[1^}", "{^,}", #"{"a":1,^}"#, #"{"a"^}"#, #"{"a":^}"#, #"{"a" ^1}"#, "{^1:2}",
            "{^a:1}", #"{"a":1^]"#, "^", "^]", #"1,^,"y":1"#, #"1 ^"y":1"#, "1}^}", "1} ^x", "1}^\u{0}", "^/*c*/1",
        ])
    func refused(marked: String) throws {
        let value = marked.replacing("^")
        let text = line(#""x":"# + value)
        let offset = line(#""x":"#).utf8.count - 1 + marked.prefix { $0 != "^" }.utf8.count
        let found = try #require(fault(text), "\(text)")
        #expect(found.reason == .malformed && found.offset == offset, "\(text): \(found)")
        #expect(read(text).counts[.malformed] == 1)
    }

    @Test(
        "a line that is no object is malformed at its beginning",
        arguments: ["[]", "1", "\"a\"", "null", "x", "{", "\u{0}{}", "GET / HTTP/1.1"])
    func noObject(text: String) { #expect(fault(text)?.reason == .malformed) }

    @Test(
        "sixty-four levels pass and sixty-five do not",
        arguments: [("[", "]"), (#"{"a":"#, "}"), (#"{"request":"#, "}")])
    func depth(open: String, close: String) {
        func nested(_ levels: Int) -> String {
            let inner = open.hasPrefix("[") ? "" : "1"
            return line(
                #""request":"# + String(repeating: open, count: levels) + inner
                    + String(repeating: close, count: levels))
        }
        #expect(record(nested(63)) != nil)
        #expect(fault(nested(64))?.expected == "at most 64 levels of nesting")
        #expect(fault(nested(100_000))?.expected == "at most 64 levels of nesting")
    }

    @Test("white space around everything is free, a carriage return before the line feed too")
    func whiteSpace() {
        let text = "\r\t { \"time\" : \"2026-11-22T10:14:59Z\"\t,\r\"status\" :\t200 , \"x\" : [ ] } \r"
        #expect(record(text) != nil)
        let blank = read("\r\n \t\r\n\n{}\n")
        #expect(blank.counts.blank == 3 && blank.counts[.missingStatus] == 1 && blank.counts.lines == 4)
    }

    @Test("of duplicate keys the last wins")
    func duplicates() {
        #expect(record(line(#""status":404,"status":503"#))?.status == 503)
        #expect(record(line(#""bytes":1,"bytes":"x""#))?.bytes == Record.absent)
    }

    @Test("a key may be written with escapes, and a key that is no text names nothing")
    func escapedKeys() {
        #expect(record(#"{"\u0074ime":"2026-11-22T10:14:59Z","\u0073tat\u0075s":204}"#)?.status == 204)
        #expect(record(line(#""\ud800":500,"":501,"stat\nus":502"#))?.status == 200)
    }

    @Test("what looks like a field inside a string or a foreign object is none")
    func decoys() {
        let decoys =
            #""msg":"{\"status\":500,\"bytes\":7}","a":{"status":501},"b":[{"status":502}],"":{"status":503},"#
            + #""request":[{"status":504}],"x":{"request":{"status":505}},"status ":506"#
        let found = record(line(decoys))
        #expect(found?.status == 200 && found?.bytes == Record.absent)
    }

    @Test(
        "a string that is read must be text",
        arguments: [
            #"\ud800"#, #"\udc00"#, #"\ud800\u0041"#, #"\ud800x"#, "\u{1}", "a\tb", #"\n\ud83d"#,
        ])
    func unreadable(text: String) throws {
        for key in ["route", "method", "cache", "version"] {
            let whole = line("\"\(key)\":\"\(text)\"")
            let found = try #require(fault(whole), "\(key) \(text)")
            #expect(found.reason == .malformed && found.offset == whole.utf8.count - text.utf8.count - 2)
        }
        for bytes: [UInt8] in [[0xff], [0xc0, 0xaf], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]] {
            let bad = Array(line(#""route":"@""#).utf8).flatMap { $0 == UInt8(ascii: "@") ? bytes : [$0] }
            #expect(read(bad).counts[.malformed] == 1)
        }
    }

    @Test("escapes in a read string are resolved")
    func resolved() {
        let reading = read(line(#""route":"\/caf\u00e9\ud83d\ude00\"\\""#))
        #expect(reading.route() == "/café😀\"\\")
    }
}

extension String {
    func replacing(_ mark: Character) -> String { String(filter { $0 != mark }) }

    fileprivate func replacingComma(with text: String) -> String {
        var result = ""
        var isQuoted = false
        for (place, character) in enumerated() {
            if character == "\"" { isQuoted.toggle() }
            result += character == "," && !isQuoted && place < 60 ? text : String(character)
        }
        return result
    }
}
