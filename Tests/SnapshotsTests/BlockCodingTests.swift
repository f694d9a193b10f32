import RequestLog
import RollingWindow
import Snapshots
import TestSupport
import Testing

@Suite("Blocks")
struct BlockCodingTests {
    @Test("a block comes back as it was, under the identifiers of another table", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var blocks = RandomBlocks(seed: seed)
        let block = blocks.next()
        let bytes = try block.encoded(names: blocks.names)
        var names = Names()
        _ = names.intern("/something/else")
        let read = try SnapshotBlock.decode(bytes, names: &names)
        #expect(read.header == block.header, "seed \(seed)")
        #expect(read.series == renamed(block.series, from: blocks.names, to: &names), "seed \(seed)")
    }

    @Test("the same content gives the same bytes whatever the identifiers are", arguments: 0..<20 as Range<UInt64>)
    func canonical(seed: UInt64) throws {
        var blocks = RandomBlocks(seed: seed)
        let block = blocks.next()
        var names = Names()
        for text in blocks.names.texts.reversed() { _ = names.intern(text) }
        var other = block
        other.series = renamed(block.series, from: blocks.names, to: &names)
        #expect(try block.encoded(names: blocks.names) == other.encoded(names: names), "seed \(seed)")
    }

    @Test("a block that is cut off anywhere is an error")
    func truncation() throws {
        var blocks = RandomBlocks(seed: 1)
        let bytes = try blocks.next().encoded(names: blocks.names)
        for length in 0..<bytes.count {
            var names = Names()
            #expect(throws: SnapshotError.self, "\(length) of \(bytes.count) bytes") {
                try SnapshotBlock.decode(Array(bytes[..<length]), names: &names)
            }
            #expect(names.count == Names().count)
        }
    }

    @Test("a block with any bit turned over is an error, and not taken for a newer version")
    func flips() throws {
        var blocks = RandomBlocks(seed: 2)
        let bytes = try blocks.next(series: 4).encoded(names: blocks.names)
        for place in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[place] ^= 1 << bit
                var names = Names()
                let error = #expect(throws: SnapshotError.self, "byte \(place), bit \(bit)") {
                    try SnapshotBlock.decode(damaged, names: &names)
                }
                #expect(error?.kind != .newerVersion)
            }
        }
    }

    @Test("columns that lie behind a good checksum are an error and ask for no memory")
    func hostileColumns() throws {
        var blocks = RandomBlocks(seed: 3)
        let block = blocks.next(series: 4)
        let body = Array(try Frame(block.encoded(names: blocks.names), of: [.block]).body)
        var random = SeededRandom(seed: 3)
        for attempt in 0..<3000 {
            var columns = Array(try #require(inflatedColumns(of: body)))
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                columns[Int.random(in: 0..<columns.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var names = Names()
            let frame = try Frame(.block, body: Array(body[..<72]) + stored(columns))
            // Some changes make another valid block; none may trap.
            _ = try? SnapshotBlock.decode(frame, names: &names)
            #expect(names.count < 100, "attempt \(attempt)")
        }
    }

    @Test(
        "numbers that no requests can have are an error, for windows add and subtract them",
        arguments: [
            // Golden's columns: a sum of -1 ms; 2 requests fewer than are counted; a smallest value of -1 ms; a largest
            // below the smallest; a unit of nothing; 2^48 + 1 requests, with all that goes by them.
            ("3d 00 01 00 00", "3d 07 01 00 00"), ("02 00 00 02 fd", "02 03 00 02 fd"),
            (
                "3d 00 01 00 00", "3d 00 ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff 03 00 00"
            ), ("3d 00 01 00 00", "3d 00 01 02 00"),
            ("c0 84 3d 00", "00 00"), ("01 01 01 02 00 00", "01 01 01 81 80 80 80 80 80 40 00 00"),
        ])
    func impossible(good: String, bad: String) throws {
        let columns = Golden.columns.replacing(good, with: bad)
        #expect(columns != Golden.columns)
        let bytes = columns.split(separator: " ").map { UInt8($0, radix: 16)! }
        var names = Names()
        let header = Array(try Frame(Golden.block, of: [.block]).body.prefix(72))
        let error = #expect(throws: SnapshotError.self) {
            try SnapshotBlock.decode(Frame(.block, body: header + stored(bytes)), names: &names)
        }
        #expect(error?.kind == .damaged)
    }

    @Test("a size that zlib could not expand to is refused before anything is made of it")
    func bomb() throws {
        var blocks = RandomBlocks(seed: 4)
        let body = Array(try Frame(blocks.next().encoded(names: blocks.names), of: [.block]).body)
        var lying = body
        lying.replaceSubrange(72..<76, with: [0xff, 0xff, 0xff, 0x03])
        var names = Names()
        #expect(throws: SnapshotError.self) {
            try SnapshotBlock.decode(Frame(.block, body: lying), names: &names)
        }
    }

    @Test("a newer version is refused as such")
    func newer() throws {
        var blocks = RandomBlocks(seed: 5)
        var bytes = try blocks.next().encoded(names: blocks.names)
        bytes[4] = 2
        bytes.replaceSubrange(12..<16, with: littleEndian(checksum(bytes[..<12] + bytes[16...])))
        var names = Names()
        let error = #expect(throws: SnapshotError.self) { try SnapshotBlock.decode(bytes, names: &names) }
        #expect(error?.kind == .newerVersion)
        #expect(error?.description == "offset 4: version of the block is 2, expected at most 1")
    }

    @Test("a full table of names adds up what it cannot tell apart")
    func fullNames() throws {
        var blocks = RandomBlocks(seed: 6)
        let block = blocks.next()
        var names = Names(limit: 3)
        let read = try SnapshotBlock.decode(block.encoded(names: blocks.names), names: &names)
        #expect(read.series.values.reduce(0) { $0 + $1.requests } == block.series.values.reduce(0) { $0 + $1.requests })
    }

    @Test("version 1 is what the documentation draws")
    func golden() throws {
        var names = Names()
        var cell = Cell()
        for milliseconds in [1, 2] {
            var record = Record()
            record.durationNanoseconds = Int64(milliseconds) * 1_000_000
            record.dbCalls = 3
            record.bytes = 100
            cell.add(record)
        }
        let key = SeriesKey(
            source: names.intern("main"), route: names.intern("/a"), method: .get, status: 200, cache: .hit,
            segment: .anonymous, version: .none)
        let start = Timestamp(seconds: 1_763_805_600)
        let block = SnapshotBlock(
            header: BlockHeader(
                storeID: StoreID(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10),
                stretch: Stretch(start: start, width: .seconds(10)), firstEvent: start + .seconds(1),
                lastEvent: start + .seconds(2), resolutionNanoseconds: 1, commits: CommitRange(from: 4, through: 6)),
            series: [key: cell])
        let bytes = try block.encoded(names: names)
        let body = Array(try Frame(bytes, of: [.block]).body)
        #expect(hexadecimal(bytes[..<16]) == Golden.head(length: bytes.count, checksum: bytes[12..<16]))
        #expect(hexadecimal(body[..<72]) == Golden.header)
        #expect(hexadecimal(try #require(inflatedColumns(of: body))) == Golden.columns)
        #expect(try SnapshotBlock.decode(Golden.block, names: &names) == block)
    }
}
