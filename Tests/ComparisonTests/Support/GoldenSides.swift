import Comparison
import Foundation
import RequestLog
import RollingWindow
import Snapshots

/// Not that of the testing library.
typealias Expectation = Comparison.Expectation

/// A cell of a fixture: bucket numbers count from 0.25 ms there and from 1 s here, which moves nothing but seconds.
struct GoldenCell: Decodable {
    var slice: Int64
    var route: String
    var segment: String
    var cache: String
    var requests: UInt64
    var errors: UInt64
    var dbCalls: UInt64
    var buckets: [String: UInt64]
}

enum GoldenSides {
    static let width = Timestamp.Span.minutes(5)

    static func side(_ cells: [GoldenCell], slices: Int64, dayOffset: Int64 = 0) -> Side {
        var names = Names()
        var builder = SideBuilder(width: width)
        let start = Timestamp(seconds: 1_714_521_600 + dayOffset * 86_400)
        for cell in cells {
            let from = start + Timestamp.Span(nanoseconds: width.nanoseconds * cell.slice)
            var slice = TimedSlice(slice: Slice(start: from, width: width), firstEvent: from, lastEvent: from)
            for (key, cell) in series(of: cell, &names) { slice.slice.add(cell, to: key) }
            builder.add(slice)
        }
        let end = start + Timestamp.Span(nanoseconds: width.nanoseconds * slices)
        return builder.side(named: "golden", windows: [Side.Window(from: start, to: end)], names: names)
    }

    /// The requests without error, then those with one.
    static func series(of cell: GoldenCell, _ names: inout Names) -> [(SeriesKey, Cell)] {
        let caches: [String: CacheStatus] = ["HIT": .hit, "MISS": .miss, "BYPASS": .bypass]
        var key = SeriesKey(
            source: names.intern("main"), route: names.intern(cell.route), method: .get, status: 200,
            cache: caches[cell.cache]!, segment: cell.segment == "anon" ? .anonymous : .authenticated, version: .none)
        var good = Cell()
        good.requests = cell.requests - cell.errors
        // Where the calls stand does not matter, only how many there are.
        good.calls.total = Total(count: good.requests, sum: Int128(cell.dbCalls))
        for (index, count) in cell.buckets {
            good.durations.buckets.add(count, at: Int32(index)!)
            good.durations.total.add(Total(count: count, sum: 0))
        }
        var all: [(SeriesKey, Cell)] = []
        if good.requests > 0 { all.append((key, good)) }
        guard cell.errors > 0 else { return all }
        var bad = Cell()
        bad.requests = cell.errors
        bad.calls.total = Total(count: cell.errors, sum: good.requests > 0 ? 0 : Int128(cell.dbCalls))
        key.status = 500
        all.append((key, bad))
        return all
    }

    static func read<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Goldens/\(name)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(contentsOf: path))
    }
}

/// Equal to 1e-9 relative or 1e-12 absolute; `nil` is infinite.
func agree(_ found: Double, _ expected: Double?) -> Bool {
    guard let expected else { return found.isInfinite }
    return (found - expected).magnitude <= max(1e-12, 1e-9 * expected.magnitude)
}
