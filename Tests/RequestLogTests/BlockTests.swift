import RequestLog
import TestSupport
import Testing

@Suite("Blocks of lines")
struct BlockTests {
    private static let whole =
        #"{"time":"2026-11-22T10:14:59.123Z","method":"GET","route":"/a/{id}","status":200,"duration_ms":12.7,"#
        + #""cache":"HIT","user_id":"u\u00e9","tags":["a",{"b":[1,2.5e3,true,null]}],"bytes":512}"#

    @Test("a truncated line is never a record, whatever stands behind it", arguments: 0..<Self.whole.utf8.count)
    func truncated(at length: Int) {
        for padding in [UInt8(ascii: "\""), UInt8(ascii: "}"), 0x20, 0x00, UInt8(ascii: "0")] {
            let reading = read(Array(Self.whole.utf8.prefix(length)), padding: padding)
            #expect(reading.records.isEmpty && reading.counts.lines == 1)
        }
    }

    @Test("a value may have any length and end at any distance from the block's end")
    func lengths() {
        for length in Array(0...70) + [1_000, 100_000] {
            let value = String(repeating: "a", count: length)
            for rest in ["", #","x":"y""#] {
                let reading = read(line("\"route\":\"/\(value)\",\"x\":\"\(value)\",\"\(value)\":1\(rest)"))
                #expect(reading.counts.accepted == 1 && reading.route() == "/" + value, "\(length)")
            }
            let escaped = read(line("\"route\":\"\\/\(value)\\u0041\""))
            #expect(escaped.route() == "/" + value + "A", "\(length)")
        }
    }

    @Test("a huge line is read, and the lines around it too")
    func huge() {
        let huge = line("\"x\":\"" + String(repeating: "\\\\", count: 1 << 19) + "\"")
        let reading = read([line(""), huge, line("")].joined(separator: "\n"))
        #expect(reading.counts.accepted == 3 && reading.counts.lines == 3)
    }

    @Test("bad lines do not touch their neighbours")
    func neighbours() {
        let bad = ["{", "\"", "{\"a\":\"", "\\", "{\"status\":\"2", "}", "[[[", "{\"a\":tru", "\u{0}", "{\"a\":-"]
        let text = bad.flatMap { [line(""), $0] }.joined(separator: "\n") + "\n" + line("")
        let reading = read(text)
        #expect(reading.counts.accepted == 11 && reading.counts[.malformed] == 10)
    }

    @Test("a batch that is full goes on where it stopped", arguments: [1, 511, 512, 513, 1_024, 3_000])
    func resumption(count: Int) {
        let text = (0..<count).map {
            $0 % 7 == 3 ? "{bad" : line("\"route\":\"/\($0 % 50)x\",\"bytes\":\($0)")
        }.joined(separator: "\n")
        let reading = read(text)
        let wanted = (0..<count).filter { $0 % 7 != 3 }
        #expect(reading.records.map(\.bytes) == wanted.map(Int64.init))
        #expect(reading.records.map { reading.names[$0.route] } == wanted.map { "/\($0 % 50)x" })
        #expect(reading.counts.lines == UInt64(count))
    }

    @Test("lines = accepted + blank + filtered + continuation + header + rejected")
    func equation() {
        var counts = LineCounts()
        (counts.accepted, counts.blank, counts.filtered, counts.continuation, counts.header) = (1, 2, 4, 8, 16)
        var bit: UInt64 = 32
        for reason in RejectReason.allCases {
            counts[reason] = bit
            bit *= 2
        }
        #expect(counts.lines == bit - 1)
        var sum = counts
        sum.add(counts)
        #expect(sum.lines == 2 * counts.lines && sum != counts && sum[.tooLong] == 2 * counts[.tooLong])
        #expect(Set(RejectReason.allCases.map(\.name)).count == RejectReason.allCases.count)
    }

    @Test("what a reader has seen before never changes a result", arguments: [1, 2])
    func history(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var reader = RecordReader()
        for round in 0..<3 {
            // More keys and objects than are remembered, some of them in objects that are entered.
            var junk = ""
            for key in 0..<5_000 {
                let name = "k\(round)_\(key)_\(UInt32.random(in: 0 ... .max, using: &random))"
                junk += key % 2 == 0 ? ",\"\(name)\":1" : ",\"extra\":{\"\(name)\":{\"request\":1}}"
                if key % 20 == 0 { junk += ",\"re_quest\(String(repeating: "_", count: key / 20))\":{\"a\":{}}" }
            }
            _ = read(Array(line(String(junk.dropFirst())).utf8), with: &reader)
            let text =
                #"{"ctx":{},"con-text":{"Response":{"S_tatus":502}},"st-art_time":"2026-11-22T10:14:59Z","#
                + "\"Duration\(String(repeating: "_", count: round))_ms\":5}"
            let found = read(Array(text.utf8), with: &reader)
            #expect(found.records == read(text).records && found.records.first?.status == 502, "seed \(seed)")
            #expect(found.records.first?.durationNanoseconds == 5_000_000)
        }
    }
}
