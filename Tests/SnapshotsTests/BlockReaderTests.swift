import RequestLog
import RollingWindow
import Snapshots
import TestSupport
import Testing

/// Block after block into the same columns.
@Suite struct BlockReaderTests {
    @Test("a block read behind others is as it is alone", arguments: 0..<20 as Range<UInt64>)
    func behindOthers(seed: UInt64) throws {
        var blocks = RandomBlocks(seed: seed)
        var (names, reader) = (Names(), BlockReader())
        for number in 0..<30 {
            // Of some the names are those of the one before, of some there are none.
            let block = blocks.next(series: [0, 3, 12, 200].randomElement(using: &blocks.random)!)
            let frame = try Frame(block.encoded(names: blocks.names), of: [.block])
            try reader.read(OpenedBlock(frame), names: &names)
            let columns = reader.columns
            #expect(columns.series == renamed(block.series, from: blocks.names, to: &names), "\(seed), \(number)")
            #expect(columns.count == block.series.count)
        }
    }

    @Test("names are those of the block, whatever the one before it was, and damage between them changes nothing")
    func names() throws {
        var blocks = RandomBlocks(seed: 9)
        let block = blocks.next(series: 30)
        let body = Array(try Frame(block.encoded(names: blocks.names), of: [.block]).body)
        let columns = try #require(inflatedColumns(of: body))
        func opened(_ columns: [UInt8]) throws -> OpenedBlock {
            try OpenedBlock(Frame(.block, body: Array(body[..<72]) + stored(columns)))
        }
        var (table, reader, counter) = (Names(), BlockReader(), RequestCounter())
        var random = SeededRandom(seed: 9)
        for _ in 0..<500 {
            var other = columns
            other[Int.random(in: 0..<other.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            let harmed = try opened(other)
            let isWhole = (try? reader.read(harmed, names: &table)) != nil
            let alone = try? harmed.block(names: &table)
            #expect(isWhole == (alone != nil))
            if let alone { #expect(reader.columns.series == alone.series) }
            #expect((try? harmed.requests(by: &counter)) == (try? harmed.requests()))

            try reader.read(opened(columns), names: &table)
            #expect(reader.columns.series == renamed(block.series, from: blocks.names, to: &table))
        }
    }

    @Test("requests are those of the series", arguments: 0..<20 as Range<UInt64>)
    func requests(seed: UInt64) throws {
        var blocks = RandomBlocks(seed: seed)
        var counter = RequestCounter()
        for _ in 0..<10 {
            let block = blocks.next()
            let frame = try Frame(block.encoded(names: blocks.names), of: [.block])
            let due = block.series.values.reduce(0) { $0 + $1.requests }
            #expect(try OpenedBlock(frame).requests(by: &counter) == due)
            #expect(try SnapshotBlock.requests(in: frame) == due)
        }
    }

    /// Two GET or POST requests without anything, one for each of two series.
    private func columns(methods: (UInt8, UInt8)) -> [UInt8] {
        let none: [UInt8] = [0, 0]
        let keys = none + [2] + none + none + none + [methods.0, methods.1] + [0xc8, 1, 0xc8, 1] + none + none
        let requests: [UInt8] = [1, 1]
        // Nothing is counted: one below the requests each.
        let totals: [UInt8] = [2, 2, 1, 0, 0]
        let histogram: [UInt8] = [2, 2] + none + none + [1] + none
        let calls: [UInt8] = [2, 2] + none + [1] + none
        return keys + requests + histogram + calls + totals + totals + totals
    }

    @Test("series need not ascend, and each is there once")
    func order() throws {
        var blocks = RandomBlocks(seed: 1)
        let header = Array(try Frame(blocks.next().encoded(names: blocks.names), of: [.block]).body.prefix(72))
        func read(_ first: UInt8, _ second: UInt8) throws -> [SeriesKey: Cell] {
            var (names, reader) = (Names(), BlockReader())
            let frame = try Frame(.block, body: header + stored(columns(methods: (first, second))))
            try reader.read(OpenedBlock(frame), names: &names)
            return reader.columns.series
        }
        #expect(try read(1, 3).count == 2)
        #expect(try read(3, 1) == read(1, 3))
        let error = #expect(throws: SnapshotError.self) { try read(1, 1) }
        #expect(error?.expected.contains("each series once") == true)
    }
}
