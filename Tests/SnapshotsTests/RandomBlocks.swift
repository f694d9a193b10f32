import RequestLog
import RollingWindow
import Snapshots
import TestSupport

/// Blocks as traffic could make them, from a seed.
struct RandomBlocks {
    var random: SeededRandom
    var names = Names()

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func next(series most: Int = 12) -> SnapshotBlock {
        let width = Timestamp.Span.seconds([10, 60, 300].randomElement(using: &random)!)
        let start = Timestamp(seconds: Int64.random(in: -100...4_000_000_000, using: &random)).floored(to: width)
        let first = Int64.random(in: 0..<width.nanoseconds, using: &random)
        let last = Int64.random(in: first..<width.nanoseconds, using: &random)
        let from = UInt64.random(in: 0...1 << 40, using: &random)
        var series: [SeriesKey: Cell] = [:]
        for _ in 0..<Int.random(in: 0...most, using: &random) { series[key(), default: Cell()].add(cell()) }
        return SnapshotBlock(
            header: BlockHeader(
                storeID: StoreID.random(using: &random), stretch: Stretch(start: start, width: width),
                firstEvent: Timestamp(nanoseconds: start.nanoseconds + first),
                lastEvent: Timestamp(nanoseconds: start.nanoseconds + last),
                resolutionNanoseconds: [1, 1_000_000, 1_000_000_000].randomElement(using: &random)!,
                commits: CommitRange(from: from, through: from + UInt64.random(in: 1...1000, using: &random))),
            series: series)
    }

    private mutating func key() -> SeriesKey {
        SeriesKey(
            source: names.intern(["main", "proxy", ""].randomElement(using: &random)!),
            route: names.intern("/route/\(Int.random(in: 0..<20, using: &random))/{é}"),
            method: Method.allCases.randomElement(using: &random)!,
            status: UInt16.random(in: 100...599, using: &random),
            cache: CacheStatus.allCases.randomElement(using: &random)!,
            segment: Segment.allCases.randomElement(using: &random)!,
            version: names.intern(["", "v1", "2026.11"].randomElement(using: &random)!))
    }

    private mutating func cell() -> Cell {
        var cell = Cell()
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            var record = Record()
            if !random.oneIn(5) { record.durationNanoseconds = value(Record.longestDuration) }
            if random.oneIn(2) { record.dbCalls = value(Record.mostCalls) }
            if random.oneIn(2) { record.dbNanoseconds = value(Record.longestDuration) }
            if random.oneIn(3) { record.upstreamNanoseconds = value(Record.longestDuration) }
            if random.oneIn(2) { record.bytes = value(Record.mostBytes) }
            cell.add(record)
        }
        return cell
    }

    /// Small and large ones alike, both ends included.
    private mutating func value(_ most: Int64) -> Int64 {
        if random.oneIn(20) { return most }
        if random.oneIn(20) { return 0 }
        return Int64.random(in: 0...max(1, most >> Int64.random(in: 0..<62, using: &random)), using: &random)
    }
}

/// The same series under the identifiers of another table.
func renamed(_ series: [SeriesKey: Cell], from names: Names, to others: inout Names) -> [SeriesKey: Cell] {
    var result: [SeriesKey: Cell] = [:]
    for (key, cell) in series {
        var other = key
        other.source = others.intern(names[key.source])
        other.route = others.intern(names[key.route])
        other.version = others.intern(names[key.version])
        result[other] = cell
    }
    return result
}
