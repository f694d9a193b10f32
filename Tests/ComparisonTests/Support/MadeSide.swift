import Comparison
import Foundation
import RequestLog
import RollingWindow
import TestSupport

/// Sides out of a few words: what each slice has of each kind of request.
struct MadeSide {
    struct Kind {
        var route = "/orders"
        var cache = CacheStatus.miss
        var segment = Segment.anonymous
        var status: UInt16 = 200
        var version = ""
        /// A slice.
        var requests = 10
        /// Milliseconds.
        var median = 100.0
        var spread = 0.4
        var calls: Int64? = 3
    }

    var kinds = [Kind()]
    var slices = 120
    var width = Timestamp.Span.minutes(1)
    /// A Wednesday, 10:00.
    var start = Timestamp(seconds: 1_714_557_600)
    var seed: UInt64 = 1
    /// Times are whole multiples of this.
    var resolutionNanoseconds: Int64 = 1
    /// Changes a kind in a slice.
    var shape: (Int, inout Kind) -> Void = { _, _ in }

    func timedSlices(_ names: inout Names) -> [TimedSlice] {
        var random = SeededRandom(seed: seed)
        return (0..<slices).map { number in
            let from = start + Timestamp.Span(nanoseconds: width.nanoseconds * Int64(number))
            var slice = TimedSlice(slice: Slice(start: from, width: width), firstEvent: from, lastEvent: from)
            for kind in kinds {
                var kind = kind
                shape(number, &kind)
                let key = SeriesKey(
                    source: names.intern("main"), route: names.intern(kind.route), method: .get, status: kind.status,
                    cache: kind.cache, segment: kind.segment,
                    version: kind.version.isEmpty ? .none : names.intern(kind.version))
                var cell = Cell()
                for _ in 0..<kind.requests {
                    let seconds = random.lognormal(median: kind.median / 1000, spread: kind.spread)
                    cell.requests += 1
                    let nanoseconds = Int64(seconds * 1e9)
                    cell.durations.add(nanoseconds: nanoseconds - nanoseconds % resolutionNanoseconds)
                    if let calls = kind.calls { cell.calls.add(calls: calls + Int64.random(in: 0...2, using: &random)) }
                }
                if cell.requests > 0 { slice.slice.add(cell, to: key) }
            }
            return slice
        }
    }

    func side(_ name: String = "side", _ marks: [Mark] = []) -> Side {
        var names = Names()
        var builder = SideBuilder(width: width)
        for slice in timedSlices(&names) { builder.add(slice) }
        let end = start + Timestamp.Span(nanoseconds: width.nanoseconds * Int64(slices))
        var side = builder.side(named: name, windows: [Side.Window(from: start, to: end)], names: names)
        side.marks = marks
        return side
    }

    func later(days: Int64 = 1, seed: UInt64 = 2) -> MadeSide {
        var other = self
        other.start = start + .seconds(86_400 * days)
        other.seed = seed
        return other
    }

    func at(_ slice: Int) -> Timestamp { start + Timestamp.Span(nanoseconds: width.nanoseconds * Int64(slice)) }
}

func question(_ expectations: String..., edit: (inout ComparisonQuestion) -> Void = { _ in }) throws
    -> ComparisonQuestion
{
    var question = ComparisonQuestion()
    question.expectations = try expectations.map { try Expectation(parsing: $0) }
    edit(&question)
    return question
}

extension SeededRandom {
    /// By Box and Muller.
    fileprivate mutating func lognormal(median: Double, spread: Double) -> Double {
        let (first, second) = (Double.random(in: 1e-12..<1, using: &self), Double.random(in: 0..<1, using: &self))
        return median * exp(spread * (-2 * log(first)).squareRoot() * cos(2 * .pi * second))
    }
}
