import Files
import SystemPackage
import TestSupport
import Testing

private let lengths = [
    0, 1, 2, 3, 4_095, 4_096, 4_097, 65_535, 65_536, 65_537, 68_000, 69_632, 70_000, 131_072, 140_000, 300_000,
]

@Suite("Fingerprints")
struct FingerprintTests {
    private let content: [UInt8]
    private let file: any OpenFile

    init() throws {
        var random = SeededRandom(seed: 7)
        content = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let files = SimulatedFileSystem()
        files.write(content, to: "/a")
        file = try files.open("/a", .read)
    }

    @Test("reading only what is covered gives the same as taking in everything", arguments: lengths)
    func sparse(length: Int) throws {
        let sparse = try #require(try FingerprintBuilder.reading(file, upTo: UInt64(length)))
        #expect(sparse.fingerprint == streamed(length, by: 5_000).fingerprint)
        #expect(sparse.length == UInt64(length))
    }

    @Test("the pieces in which content arrives change nothing", arguments: [1, 7, 4_096, 65_536, 300_000])
    func pieces(size: Int) {
        let length = size == 1 ? 70_000 : content.count
        #expect(streamed(length, by: size).fingerprint == streamed(length, by: 1_234).fingerprint)
    }

    @Test("what it consists of is as it is defined")
    func definition() {
        let whole = streamed(content.count, by: 10_000).fingerprint
        #expect(whole.head == sum(0..<65_536))
        #expect(whole.samples == [sum(65_536..<69_632), sum(131_072..<135_168), sum(262_144..<266_240)])
        #expect(whole.tail == sum(295_904..<300_000))
        #expect(Checksum(of: UnsafeRawBufferPointer(start: nil, count: 0)).value == 0xcbf2_9ce4_8422_2325)
        #expect([UInt8]("a".utf8).withUnsafeBytes { Checksum(of: $0).value } == 0xaf63_dc4c_8601_ec8c)
    }

    @Test("a file that is shorter than asked for has no such fingerprint")
    func tooShort() throws {
        #expect(try FingerprintBuilder.reading(file, upTo: 300_001) == nil)
    }

    @Test("a beginning is recognised as one, and a changed byte in it is noticed", arguments: [1, 50, 5_000, 299_000])
    func beginning(length: Int) {
        let whole = streamed(content.count, by: 10_000)
        #expect(streamed(length, by: 999).isBeginning(of: whole))
        var changed = FingerprintBuilder()
        var bytes = Array(content[..<length])
        bytes[0] ^= 1
        bytes.withUnsafeBytes { changed.append($0) }
        #expect(!changed.isBeginning(of: whole))
        #expect(!whole.isBeginning(of: streamed(length, by: 999)))
    }

    private func streamed(_ length: Int, by size: Int) -> FingerprintBuilder {
        var builder = FingerprintBuilder()
        content.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: length, by: size) {
                builder.append(UnsafeRawBufferPointer(rebasing: bytes[start..<min(length, start + size)]))
            }
        }
        return builder
    }

    private func sum(_ range: Range<Int>) -> UInt64 {
        content[range].withUnsafeBytes { Checksum(of: $0).value }
    }
}
