import Comparison
import RequestLog
import RollingWindow

/// Requests made of integers alone, as `Reference/make_fixture.py` makes them: the same ones to the last.
struct ReferenceTraffic {
    struct Case: Decodable {
        var name: String
        var slices: Int64
        var paired: Bool
        var seeds: [UInt64]
        var hit: [UInt64]
        var rate: [UInt64]
        var shift: Int
        var errors: [UInt64]
    }

    private var state: UInt64

    private mutating func below(_ bound: UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return (z ^ (z >> 31)) % bound
    }

    /// - Parameter shuffled: the order in which slices are handed over.
    static func side(
        _ one: Case, isAfter: Bool, names: inout Names, shuffled: ((inout [TimedSlice]) -> Void)? = nil
    ) -> Side {
        var traffic = ReferenceTraffic(state: one.seeds[isAfter ? 1 : 0])
        let width = GoldenSides.width
        // Unpaired sides begin at another time of day; the first day of the fixture is a Wednesday.
        let offset: Int64 = isAfter ? 86_400 + (one.paired || one.slices < 288 ? 0 : 3 * 3600) : 0
        let start = Timestamp(seconds: 1_714_521_600 + offset)
        var slices = traffic.slices(one, isAfter: isAfter ? 1 : 0, start, width, &names)
        shuffled?(&slices)
        var builder = SideBuilder(width: width)
        for slice in slices { builder.add(slice) }
        let end = start + Timestamp.Span(nanoseconds: width.nanoseconds * one.slices)
        var side = builder.side(
            named: isAfter ? "after" : "before", windows: [Side.Window(from: start, to: end)], names: names)
        side.facts.resolutionNanoseconds = 0
        return side
    }

    private mutating func slices(
        _ one: Case, isAfter: Int, _ start: Timestamp, _ width: Timestamp.Span, _ names: inout Names
    ) -> [TimedSlice] {
        var drift: UInt64 = 316
        return (0..<one.slices).map { number in
            let from = start + Timestamp.Span(nanoseconds: width.nanoseconds * number)
            var slice = TimedSlice(slice: Slice(start: from, width: width), firstEvent: from, lastEvent: from)
            drift = drift * 7 / 8 + below(80)
            for route in 0...1 {
                let rate = route == 0 ? one.rate[isAfter] : 24
                let errors = route == 1 ? one.errors[isAfter] : 4
                let shift = route == 1 && isAfter == 1 ? one.shift : 0
                for _ in 0..<rate * (70 + below(60)) / 100 {
                    let login = below(100) < 15
                    let hit = !login && below(100) < one.hit[isAfter]
                    var bucket = hit ? 150 : 300 + 12 * route + (login ? 6 : 0) + shift
                    bucket += Int(drift / 40)
                    bucket += Int(below(40))
                    bucket += Int(below(40))
                    bucket += Int(below(40))
                    if below(100) == 0 { bucket += 50 + Int(below(100)) }
                    let calls = hit ? 0 : Int64(2 + below(8)) + (login ? 1 : 0)
                    let isError = !hit && below(1000) < errors
                    var cell = Cell()
                    cell.requests = 1
                    cell.calls.add(calls: calls)
                    if !isError {
                        cell.durations.buckets.add(1, at: Int32(bucket))
                        cell.durations.total.add(Total(count: 1, sum: 0))
                    }
                    slice.slice.add(
                        cell,
                        to: SeriesKey(
                            source: names.intern("main"), route: names.intern(route == 0 ? "/a" : "/b"), method: .get,
                            status: isError ? 500 : 200, cache: login ? .bypass : hit ? .hit : .miss,
                            segment: login ? .authenticated : .anonymous, version: .none))
                }
            }
            return slice
        }
    }
}
