import RequestLog
import TestSupport
import Testing

/// Every line is read twice: by the reader that learns shapes, and by the general scanner alone.
@Suite("Shapes and the general scanner")
struct ShapeTests {
    /// A line of each of several loggers.
    static let loggers = [
        #"{"ts":"2026-11-22T10:14:59.123Z","level":"info","request_id":"e006fb6a82e499bc","method":"GET","route":"/a/{id}","#
            + #""path":"/a/17?page=2","status":200,"duration_ms":12.745,"cache":"HIT","db_calls":5,"user_id":"u-17","#
            + #""remote_addr":"10.2.233.195","user_agent":"Mozilla/5.0 (X11; Linux x86_64;)","bytes":444}"#,
        #"{"level":"warn","status":404,"user_agent":"é ü","route":"/a","method":"POST","#
            + #""ctx":{"trace":{"id":"77","status":"ok"},"tags":["a",{"route":"/no"},3]},"path":"/x","duration_ms":7,"#
            + #""db_calls":0,"cache":"MISS","user_id":null,"bytes":1,"ts":"2026-11-22T10:14:59Z"}"#,
        #"{"msg": "done", "time": 1716723772.601, "status_code": 503, "elapsed": "0.012s", "uri": "/orders/8213?x=1", "#
            + #""pid": 812, "ok": true, "x-cache": "Miss, Hit", "version": "1.4.2", "logged_in": true}"#,
        #"{"request":{"method":"PUT","url":"https://h/p/1"},"response":{"status":201,"time_ms":1.5e1},"#
            + #""timestamp":1716723772601,"user":{"id":7},"sql_count":12}"#,
        #"{"time":"2026-11-22T10:14:59+01:00","status":"200","code":500,"status_code":null,"request":"GET /q/9 HTTP/1.1","#
            + #""upstream_response_time":"0.010, 0.020","server_timing":"db;dur=5","user":"-","user_id":null,"bytes":12}"#,
        #"{"a":[],"b":{},"c":-1.5e3,"d":"","time":"2026-11-22T10:14:59.123456Z","status":204,"duration_us":81}"#,
    ]

    private static let bytes =
        Array(#"{}[]:,"\/ .eE+-0123456789truefalsn-u"#.utf8) + [0x09, 0x0d, 0x01, 0x7f, 0xc3, 0xff]
    private static let values = [
        "null", "true", "false", "0", "00", "-0", "1e3", "0.5", ".5", "5.", "12345678", "123456789", "1.2345678",
        "0.0000001", "99999999", "-5", #""""#, #""-""#, #""GET""#, #""hit""#, #""\u0041""#, #""a\"b""#, "[1,2]",
        #"{"status":500}"#, #""2026-11-22T10:15:00.000Z""#, #""2026-11-22T10:14:60.999z""#, "2026-11-22T10:14:59.123Z",
        #""null""#, #""anonymous""#, "1e999", "\"\(String(repeating: "x", count: 80))\"", #""a,b"#, #"a"b""#, "nul",
    ]

    @Test("mutated lines of several loggers are read alike", arguments: 1...4)
    func mutations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var reader = Learner()
        for _ in 0..<60 {
            var kinds = Self.loggers.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
            if Int.random(in: 0..<4, using: &random) == 0 { kinds = [Self.loggers[0]] }
            var lines: [[UInt8]] = []
            for _ in 0..<Int.random(in: 1...150, using: &random) {
                var line = Array(kinds.randomElement(using: &random)!.utf8)
                for _ in 0..<max(0, Int.random(in: -4...3, using: &random)) { Self.mutate(&line, &random) }
                lines.append(line)
            }
            compare(Array(lines.joined(separator: [10])), with: &reader, "seed \(seed)")
        }
        #expect(reader.shapedLines > 500, "seed \(seed)")
    }

    private static func mutate(_ line: inout [UInt8], _ random: inout SeededRandom) {
        guard !line.isEmpty else { return }
        let place = Int.random(in: 0..<line.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: line.remove(at: place)
        case 1: line.insert(bytes.randomElement(using: &random)!, at: place)
        case 2: line[place] = bytes.randomElement(using: &random)!
        case 3: line.swapAt(place, Int.random(in: 0..<line.count, using: &random))
        case 4: line.removeSubrange(place...)
        default:
            // Another value behind one of the colons.
            let colons = line.indices.filter { line[$0] == UInt8(ascii: ":") }
            guard let colon = colons.randomElement(using: &random) else { return }
            let end = line[(colon + 1)...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
            line.replaceSubrange((colon + 1)..<(end ?? line.count), with: values.randomElement(using: &random)!.utf8)
        }
    }

    @Test("every other value in every place of a line that is known", arguments: loggers.indices)
    func otherValues(logger: Int) {
        let line = Array(Self.loggers[logger].utf8)
        var lines = Array(repeating: line, count: 20)
        for colon in line.indices where line[colon] == UInt8(ascii: ":") {
            let end = line[(colon + 1)...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }!
            for value in Self.values {
                lines.append(line[...colon] + Array(value.utf8) + line[end...])
                lines.append(line)
            }
        }
        compare(Array(lines.joined(separator: [10])))
    }

    @Test("a value of any length, at any distance from the block's end")
    func lengths() {
        for length in Array(0...140) + [1_000, 70_000] {
            for place in 0..<3 {
                let value = String(repeating: "v", count: length)
                var known = Array(repeating: Self.loggers[0], count: 12)
                let long = [
                    Self.loggers[0].replacing("/a/{id}", with: value), Self.loggers[0].replacing("é", with: value),
                    Self.loggers[0].replacing("444", with: String(repeating: "4", count: length)),
                ][place]
                known += [long, long]
                compare(Array(known.joined(separator: "\n").utf8), "\(length) in \(place)")
            }
        }
    }

    @Test("a known line cut anywhere, at the end of a block and inside it", arguments: loggers.indices)
    func cuts(logger: Int) {
        let line = Array(Self.loggers[logger].utf8)
        let known = Array(repeating: line + [10], count: 12).joined()
        var reader = Learner()
        for length in 0..<line.count {
            let cut = Array(line.prefix(length))
            compare(known + cut, with: &reader, "\(length)")
            // The rest of the line stands behind the line feed: two halves are no whole.
            compare(known + cut + [10] + line.dropFirst(length) + [10] + known, with: &reader, "\(length)")
        }
    }

    @Test("decoys, twice the same key, keys with escapes")
    func decoys() {
        let front = #"{"time":"2026-11-22T10:14:59.123Z","route":"/a","#
        let others = [
            #""status":200,"x":"\",\"status\":500,\""}"#, #""x":"status\":500","status":200}"#,
            #""status":200,"status":500}"#, #""status":500,"status":null}"#, #""status":null,"code":500}"#,
            #""st\u0061tus":500}"#, #""status":200,"st\u0061tus":500}"#, #""x":{"status":500},"status":200}"#,
            #""status":200,"http":{"status":500}}"#, #""status":200 }"#, #""status" :200}"#, #""status":200,}"#,
            #""status":200}}"#, #""status":200} x"#, #""status":200"#, #""status":200]"#, #""Status":200}"#,
            #""status":200,"x":[{"status":500}]}"#, #""status":200,"x":[{"status":500]}"#, #""status":"200"}"#,
            #""status":0200}"#, #""status":200.0}"#, #""status":+200}"#, #""status":20 0}"#, #""status":}"#,
            #""status":,}"#,
        ]
        for other in others {
            let lines = Array(repeating: front + #""status":200}"#, count: 20) + [front + other]
            compare(Array((lines + lines.reversed() + [front + other]).joined(separator: "\n").utf8), other)
            let itself = Array(repeating: front + other, count: 30)
            compare(Array(itself.joined(separator: "\n").utf8), other)
        }
    }

    @Test("an escape is not the byte that stands for it in a copy")
    func blanks() {
        let front = Array(#"{"time":"2026-11-22T10:14:59.123Z","route":"/a","status":200,"#.utf8)
        let known = front + Array(#""st"#.utf8) + [0xff, 0xff] + Array(#"tus":"x\/y","z":1}"#.utf8) + [10]
        let others = [
            #""st\/tus":"x\/y","z":1}"#, #""st\/tus":500,"z":1}"#, #""st\u0061tus":500,"z":1}"#,
            #""status":500,"z":"\/"}"#,
        ]
        for other in others {
            let lines = Array(repeating: known, count: 20).joined() + front + Array(other.utf8)
            compare(Array(lines), other)
        }
        let plain = front + Array(#""k":"v","n":"a"}"#.utf8) + [10]
        let escapes = [
            #"\""#, #"\\"#, #"\\\""#, #"\/"#, #"\u00e9"#, #"\uD83D\ude00"#, #"\u12g4"#, #"\x"#, #"\"#, #"\u00"#,
            "\t", "\u{1}", #"\n\t\b\f\r"#, #"","status":500,"k":""#, #"\","status":500,"k":""#,
        ]
        for escape in escapes {
            for width in 0..<70 {
                let value = String(repeating: "v", count: width) + escape + "v"
                let line = front + Array(#""k":"\#(value)","n":"\#(escape)"}"#.utf8) + [10]
                compare(Array((Array(repeating: plain, count: 9) + [line, line, line]).joined()), value)
            }
        }
    }

    @Test("escapes in values that are read", arguments: loggers.indices)
    func readEscapes(logger: Int) {
        let line = Self.loggers[logger]
        var lines = Array(repeating: Array(line.utf8), count: 20)
        for place in line.utf8.indices where line.utf8[place].isLetterOrDigit {
            let code = String(line.utf8[place], radix: 16)
            let text = line[..<place] + "\\u00" + code + line[line.utf8.index(after: place)...]
            lines.append(Array(text.utf8))
            if place.utf16Offset(in: line) % 3 == 0 { lines.append(Array(line.utf8)) }
        }
        compare(Array(lines.joined(separator: [10])))
    }

    @Test("null is no text that says so")
    func nullAsText() {
        let front = #"{"time":"2026-11-22T10:14:59.123Z","status":200,"path":"/a/1","#
        let texts = front + #""method":"null","route":"null","version":"null","cache":"null","user":"null"}"#
        let nulls =
            front + #""method":null,"method":null,"route":null,"route":null,"version":null,"version":null,"#
            + #""cache":null,"cache":null,"user":null,"user":null}"#
        let lines = Array(repeating: texts, count: 40) + Array(repeating: nulls, count: 40)
        compare(Array(lines.joined(separator: "\n").utf8), "null")
    }

    @Test("shapes that change with every line", arguments: [1, 2, 3, 8, 12, 13, 40, 500])
    func flipping(count: Int) {
        let shapes = (0..<count).map { place in
            Self.loggers[0].replacing("\"level\"", with: "\"level\(place)\"")
        }
        let lines = (0..<4_000).map { shapes[$0 % count] }
        var reader = Learner()
        let text = Array(lines.joined(separator: "\n").utf8)
        compare(text, with: &reader, "\(count) shapes")
        if count <= 8 { #expect(reader.shapedLines > 3_000) }
    }

    @Test("nearly all lines of a log are read by shapes")
    func share() {
        let text = (0..<3_000).map { place in
            let line = Self.loggers[place % 3]
            return place % 10 == 0 ? line.replacing("17", with: String(place)) : line
        }
        var reader = Learner()
        compare(Array(text.joined(separator: "\n").utf8), with: &reader)
        #expect(reader.shapedLines > 2_800)
    }

    @Test("an unknown cache word is counted once, a line that fails interns nothing")
    func sideEffects() {
        let word = Self.loggers[0].replacing("HIT", with: "WHATEVER")
        let late = word.replacing("2026-11-22T10:14:59", with: "2027-11-22T10:14:59").replacing(
            "/a/{id}", with: "/late")
        let lines = Array(repeating: word, count: 50) + Array(repeating: late, count: 10)
        var reader = RecordReader()
        let reading = read(
            Array(lines.joined(separator: "\n").utf8), with: &reader, latest: Timestamp(seconds: 1_800_000_000))
        #expect(reader.unknownCacheWords == 50 && reader.unknownCacheWord == "WHATEVER")
        #expect(reading.counts[.futureTime] == 10 && reading.names.find("/late") == nil)
    }

    private func compare(_ text: [UInt8], _ about: String = "") {
        var reader = Learner()
        compare(text, with: &reader, about)
    }

    private func compare(_ text: [UInt8], with learner: inout Learner, _ about: String = "") {
        var general = RecordReader(learnsShapes: false)
        let shaped = read(text, with: &learner.reader, names: learner.names)
        learner.names = shaped.names
        let wanted = read(text, with: &general)
        #expect(shaped.counts == wanted.counts && shaped.records.count == wanted.records.count, "\(about)")
        #expect(shaped.unknownCacheWords == wanted.unknownCacheWords, "\(about)")
        #expect(general.shapedLines == 0)
        for (found, right) in zip(shaped.records, wanted.records) {
            var (mine, theirs) = (found, right)
            (mine.route, mine.version, theirs.route, theirs.version) = (.none, .none, .none, .none)
            let isSame =
                mine == theirs && shaped.names[found.route].utf8.elementsEqual(wanted.names[right.route].utf8)
                && shaped.names[found.version] == wanted.names[right.version]
            if !isSame { Issue.record("\(about): \(found) for \(right)") }
        }
    }
}

/// A reader, and the names that it goes with.
private struct Learner: ~Copyable {
    var reader = RecordReader()
    var names = Names()

    var shapedLines: UInt64 { reader.shapedLines }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
