import Comparison
import Testing

@Suite("JSON as a value")
struct JSONTreeTests {
    @Test(
        "what is read is what was written",
        arguments: [
            .null, .flag(true), .integer(-7), .integer(.max), .number(0.1), .number(1e-300), .text(""),
            .text("caf\u{e9} \"\\\n\t\u{1b}\u{9b}\u{7f} \u{1f600}"), .array([]), .object([]),
            .array([.integer(1), .array([.text("x")]), .object([.init("k", .null)])]),
            .object([.init("a", .object([.init("b", .array([.flag(false)]))])), .init("", .text("empty key"))]),
        ] as [JSONTree])
    func roundTrip(tree: JSONTree) throws {
        #expect(try JSONTree(tree.bytes) == tree)
    }

    @Test("whole numbers stay whole, and a value is found by its keys")
    func values() throws {
        let tree = try JSONTree(Array(#" {"a": [1, -2.5e3, 0, 1E2, -0, 9223372036854775808], "b": {"c": "d"}} "#.utf8))
        let numbers: [JSONTree] = [
            .integer(1), .number(-2500), .integer(0), .number(100), .integer(0), .number(9_223_372_036_854_775_808),
        ]
        #expect(tree["a"]?.elements == numbers)
        #expect(tree["b"]?["c"]?.text == "d")
        #expect(tree["x"] == nil && tree["a"]?["x"] == nil)
    }

    @Test("nothing that a terminal would obey is written raw")
    func control() {
        let bytes = JSONTree.text("\u{1b}[2J\u{9b}1m\u{7f}\u{0}").bytes
        #expect(bytes.dropLast().allSatisfy { $0 >= 0x20 && $0 < 0x7f })
    }

    @Test(
        "escapes are read, whole pairs of surrogates too",
        arguments: [
            (#""\u00e9\ud83d\ude00\/\b""#, "\u{e9}\u{1f600}/\u{8}"), (#""\"\\\n""#, "\"\\\n"),
        ])
    func escapes(text: String, meaning: String) throws {
        #expect(try JSONTree(Array(text.utf8)).text == meaning)
    }

    @Test(
        "what is no JSON is refused with its place",
        arguments: [
            ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\":1,\"a\":2}", 10), ("01", 1), ("1.", 2), ("--1", 1), ("tru", 0),
            ("1 2", 2), ("\"\\ud83d\"", 7), ("\"\\ud83d\\u0041\"", 13), ("\"\u{1}\"", 1), ("\"abc", 4), ("nul", 0),
            ("{\"a\" 1}", 5), ("\"\\u12g4\"", 3), ("{\"a\": 1,}", 8), (".5", 0), ("1e", 2), ("1.e5", 2), ("+1", 0),
            ("\"", 1), ("\"\\x\"", 3), ("nulll", 4), ("1e999", 5), ("{1: 2}", 1), ("[1 2]", 3), ("<html>", 0),
        ])
    func refused(text: String, offset: Int) throws {
        let error = #expect(throws: JSONError.self) { try JSONTree(Array(text.utf8)) }
        #expect(error?.offset == offset, "\(String(describing: error))")
    }

    @Test("a nest of brackets is refused, not followed")
    func deep() {
        #expect(throws: JSONError.self) { try JSONTree(Array(repeating: UInt8(ascii: "["), count: 100_000)) }
    }

    @Test("bytes that are no UTF-8 are refused inside of a text")
    func encoding() {
        #expect(throws: JSONError.self) { try JSONTree([0x22, 0xff, 0x22]) }
    }
}
