import RequestLog
import RollingWindow

/// Slices of one route, made request by request.
struct SliceMaker {
    var names = Names()
    let source: NameID
    private(set) var slices: [Slice] = []
    private let start = Timestamp(seconds: 1_795_341_600)

    init() { source = names.intern("main") }

    mutating func slice(_ body: (inout SliceMaker, inout Slice) -> Void) {
        var slice = Slice(start: start + .seconds(Int64(slices.count) * 10), width: .seconds(10))
        body(&self, &slice)
        slices.append(slice)
    }

    mutating func request(
        _ route: String, _ slice: inout Slice, cache: CacheStatus = .miss, segment: Segment = .anonymous,
        status: UInt16 = 200, milliseconds: Double = 100, calls: Int64? = nil, bytes: Int64? = nil, times: Int = 1
    ) {
        let key = SeriesKey(
            source: source, route: names.intern(route), method: .get, status: status, cache: cache, segment: segment,
            version: .none)
        var record = Record()
        record.durationNanoseconds = Int64(milliseconds * 1e6)
        if let calls { record.dbCalls = calls }
        if let bytes { record.bytes = bytes }
        for _ in 0..<times { slice.series[key, default: Cell()].add(record) }
    }
}
