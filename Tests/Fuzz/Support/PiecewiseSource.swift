import Files
import Tailing
import TestSupport

/// Bytes that arrive in pieces of random length, as a pipe gives them.
final class PiecewiseSource: ByteSource {
    private let bytes: [UInt8]
    private var place = 0
    private var random: SeededRandom
    private let longest: Int

    init(_ bytes: [UInt8], seed: UInt8) {
        self.bytes = bytes
        random = SeededRandom(seed: UInt64(seed))
        longest = [1, 3, 16, 100, 5_000, .max][Int(seed) % 6]
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let most = min(buffer.count, bytes.count - place, longest)
        guard most > 0 else { return 0 }
        let count = longest == .max ? most : Int.random(in: 1...most, using: &random)
        buffer.copyBytes(from: bytes[place..<place + count])
        place += count
        return count
    }
}
