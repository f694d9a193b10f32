import Files
import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("Reading a log once, from its beginning to its end")
struct LogReaderTests {
    private struct Blocks: BlockSink {
        var lines: [String] = []
        var overlong: [UInt64] = []

        mutating func lines(_ bytes: UnsafeRawBufferPointer) {
            var content = bytes.split(separator: 10, omittingEmptySubsequences: false)
            if content.last?.isEmpty == true { content.removeLast() }
            lines += content.map { String(decoding: $0, as: UTF8.self) }
        }

        mutating func overlong(byteCount: UInt64) { overlong.append(byteCount) }
    }

    private func read(_ bytes: [UInt8], limit: Int = 1024 * 1024) throws -> (Blocks, UInt64) {
        let files = SimulatedFileSystem()
        files.write(bytes, to: "/a.log")
        let reader = LogReader(FileSource(try files.open("/a.log", .read)), lineLimitBytes: limit)
        var blocks = Blocks()
        while try reader.readBlock(into: &blocks) {}
        return (blocks, reader.bytesRead)
    }

    @Test("whole lines, and a last one without a line feed", arguments: ["", "\n", "a", "a\n", "a\nb", "\n\nb", "é"])
    func small(content: String) throws {
        let (blocks, bytes) = try read(Array(content.utf8))
        var expected = content.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if expected.last == "" { expected.removeLast() }
        #expect(blocks.lines == expected)
        #expect(bytes == UInt64(content.utf8.count))
    }

    @Test("large content arrives whole, plain and compressed", arguments: [false, true])
    func large(compressed: Bool) throws {
        let lines = numbered(0..<40_000)
        let content = Array(lines.joined(separator: "\n").utf8)
        let (blocks, bytes) = try read(compressed ? gzip(content) : content)
        #expect(blocks.lines == lines)
        #expect(bytes == UInt64(content.count))
    }

    @Test("gzip members one after the other are one log, also with zeros behind them")
    func members() throws {
        let content = gzip(Array("a\nb".utf8)) + gzip(Array("c\n".utf8)) + [0, 0, 0]
        #expect(try read(content).0.lines == ["a", "bc"])
    }

    @Test("a line over the limit is counted and the lines around it are kept", arguments: [50, 300_000])
    func overlong(limit: Int) throws {
        let fits = String(repeating: "x", count: limit)
        let (blocks, _) = try read(Array("a\n\(fits)\n\(fits)y\nb\n\(fits)zz".utf8), limit: limit)
        #expect(blocks.lines == ["a", fits, "b"])
        #expect(blocks.overlong == [UInt64(limit) + 2, UInt64(limit) + 2])
    }

    @Test("gzip content that is cut or changed anywhere is an error with an offset, never a crash", arguments: 0..<40)
    func damaged(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var packed = gzip(Array(numbered(0..<300).joined(separator: "\n").utf8))
        if random.oneIn(2) {
            packed.removeLast(Int.random(in: 1..<packed.count - 2, using: &random))
        } else {
            packed[Int.random(in: 10..<packed.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
        }
        #expect(throws: GzipError.self, "seed \(seed)") { try read(packed) }
    }
}
