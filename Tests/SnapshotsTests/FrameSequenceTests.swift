import RequestLog
import RollingWindow
import Snapshots
import TestSupport
import Testing

@Suite("Hour files, block by block")
struct FrameSequenceTests {
    private let blocks: [[UInt8]]
    private var file: [UInt8] { blocks.flatMap { $0 } }

    init() throws {
        var random = RandomBlocks(seed: 7)
        var blocks: [[UInt8]] = []
        for _ in 0..<4 { blocks.append(try random.next(series: 4).encoded(names: random.names)) }
        self.blocks = blocks
    }

    @Test("a whole file is read to its end")
    func whole() {
        let (frames, failure) = FrameSequence.frames(in: file, of: [.block])
        #expect(frames.map(\.bytes) == blocks)
        #expect(failure == nil)
    }

    @Test("a file that ends anywhere gives its whole blocks, and the rest is torn, not damaged")
    func torn() {
        let starts = blocks.reduce(into: [0]) { $0.append($0.last! + $1.count) }
        for length in 0..<file.count {
            let (frames, failure) = FrameSequence.frames(in: Array(file[..<length]), of: [.block])
            let whole = starts.lastIndex { $0 <= length }!
            #expect(frames.count == whole, "\(length) bytes")
            #expect(failure?.kind == (starts.contains(length) ? nil : .torn), "\(length) bytes")
        }
    }

    @Test("a changed byte stops the reading at its block, says where, and never gives other blocks")
    func damage() {
        for place in file.indices {
            var damaged = file
            damaged[place] ^= 0x10
            let (frames, failure) = FrameSequence.frames(in: damaged, of: [.block])
            #expect(frames.map(\.bytes) == Array(blocks[..<frames.count]))
            #expect(frames.count < blocks.count)
            let start = UInt64(blocks[..<frames.count].reduce(0) { $0 + $1.count })
            #expect(failure.map { $0.offset >= start && $0.offset < start + 16 } == true, "byte \(place)")
            if frames.count < blocks.count - 1 { #expect(failure?.kind == .damaged, "byte \(place)") }
        }
    }

    @Test("what is whole behind damage can be found")
    func skip() {
        var damaged = file
        damaged[blocks[0].count + 30] ^= 1
        var sequence = FrameSequence(length: UInt64(damaged.count), of: [.block])
        let read = { (offset: UInt64, count: Int) in Array(damaged[Int(offset)...].prefix(count)) }
        let first = sequence.next(read)?.bytes
        let none = sequence.next(read)
        #expect(first == blocks[0] && none == nil && sequence.failure?.kind == .damaged)
        let found = sequence.skipDamage(read)
        #expect(found)
        let rest = [sequence.next(read)?.bytes, sequence.next(read)?.bytes, sequence.next(read)?.bytes]
        #expect(rest == [blocks[2], blocks[3], nil] && sequence.failure == nil)
        let foundMore = sequence.skipDamage(read)
        #expect(!foundMore)
    }

    @Test("zeros at the end are a crash before the bytes were written")
    func zeros() {
        let (frames, failure) = FrameSequence.frames(in: file + [UInt8](repeating: 0, count: 100_000), of: [.block])
        #expect(frames.count == 4 && failure?.kind == .torn)
    }

    // StoreTests, a kill, a start and then a power cut, seed 2
    @Test(
        "the first bytes of a block and zeros are a crash while it was written, wherever it is cut", arguments: [0, 3])
    func cutByZeros(whole: Int) {
        let beginning = blocks[..<whole].flatMap { $0 }
        for cut in 1..<blocks[whole].count {
            let file = beginning + blocks[whole][..<cut]
            let toSector = [UInt8](repeating: 0, count: 513 - file.count % 512)
            for zeros in [toSector, [UInt8](repeating: 0, count: 70_000)] {
                let (frames, failure) = FrameSequence.frames(in: file + zeros, of: [.block])
                #expect(frames.count == whole && failure?.kind == .torn, "\(cut) bytes, \(zeros.count) zeros")
                #expect(failure?.offset ?? 0 >= UInt64(beginning.count))
            }
        }
    }

    @Test("a block that is all there and wrong is damaged, whatever zeros follow", arguments: [0, 1, 4, 512, 70_000])
    func damagedBeforeZeros(zeros: Int) {
        for place in blocks[3].indices where blocks[3][place] ^ 0x10 != 0 {
            // A length that is wrong reaches into the zeros: nobody knows what was there.
            guard !(8..<12).contains(place) else { continue }
            var last = blocks[3]
            last[place] ^= 0x10
            let file = blocks[..<3].flatMap { $0 } + last + [UInt8](repeating: 0, count: zeros)
            let (frames, failure) = FrameSequence.frames(in: file, of: [.block])
            #expect(frames.count == 3 && failure?.kind == .damaged, "byte \(place)")
        }
    }

    @Test("an error names the place, what is there and what should be")
    func message() {
        var damaged = file
        damaged[blocks[0].count] = 0
        let failure = FrameSequence.frames(in: damaged, of: [.block]).failure
        #expect(
            failure?.description
                == "offset \(grouped(UInt64(blocks[0].count))): magic is 00 4c 62 6b, expected \"PLbk\"")
        #expect(grouped(1_204_567) == "1,204,567" && grouped(204) == "204")
    }
}
