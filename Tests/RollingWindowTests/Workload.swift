import RequestLog
import RollingWindow
import TestSupport

/// Records out of a seed: few enough series that they meet, values of every kind and size.
struct Workload {
    var random: SeededRandom
    var routes: UInt32 = 6

    init(seed: UInt64, routes: UInt32 = 6) {
        random = SeededRandom(seed: seed)
        self.routes = routes
    }

    mutating func record(at time: Timestamp) -> Record {
        var record = Record()
        record.time = time
        record.route = NameID(index: 3 + UInt32.random(in: 0..<routes, using: &random))
        record.version = NameID(index: random.oneIn(5) ? 100 : 0)
        record.status = [200, 200, 200, 204, 404, 500, 503].randomElement(using: &random)!
        record.method = Method.allCases.randomElement(using: &random)!
        record.cache = CacheStatus.allCases.randomElement(using: &random)!
        record.segment = Segment.allCases.randomElement(using: &random)!
        if !random.oneIn(10) { record.durationNanoseconds = quantity(most: Record.longestDuration) }
        if random.oneIn(2) { record.dbCalls = quantity(most: Record.mostCalls) }
        if random.oneIn(3) { record.dbNanoseconds = quantity(most: Record.longestDuration) }
        if random.oneIn(3) { record.upstreamNanoseconds = quantity(most: Record.longestDuration) }
        if random.oneIn(2) { record.bytes = quantity(most: Record.mostBytes) }
        return record
    }

    /// Every magnitude is as likely as another, zero and the limit too.
    private mutating func quantity(most: Int64) -> Int64 {
        if random.oneIn(40) { return most }
        let bits = Int64.random(in: 0..<Int64(Int64.bitWidth - most.leadingZeroBitCount), using: &random)
        return min(most, Int64.random(in: 0..<(1 << bits), using: &random))
    }
}

/// The series of some records, by the plainest code there is.
func naiveSeries(_ records: [(record: Record, source: NameID)]) -> [SeriesKey: Cell] {
    var series: [SeriesKey: Cell] = [:]
    for (record, source) in records { series[SeriesKey(record, source: source), default: Cell()].add(record) }
    return series
}

func naiveTotals(_ series: [SeriesKey: Cell]) -> [NameID: Rollup] {
    var totals: [NameID: Rollup] = [:]
    for (key, cell) in series { totals[key.source, default: Rollup()].add(cell, of: key) }
    return totals
}
