package import RequestLog

/// Traffic with a known truth: requests as they would reach a service, and the log lines they leave.
///
/// Arrivals are a Poisson process whose rate follows the day's rhythm and strays from slice to slice; what becomes of a
/// request depends on its endpoint, its visitor and the cache. It reads no clock and does no I/O: the start is given,
/// time advances with the requests, bytes come out. The same options give the same bytes wherever the C library's `exp`,
/// `log` and `cos` give the same doubles.
package struct Traffic: Sendable {
    package struct Options: Sendable {
        package var seed: UInt64
        /// The instant from which the first request is awaited.
        package var start: Timestamp
        /// Mean over a UTC day under the opening conditions; inside `Options.rates`.
        package var requestsPerSecond: Double
        package var scenario: Scenario
        package var shape: LineShape
        /// Whether to remember every duration, 4 bytes each, for exact quantiles.
        package var recordsTruth: Bool

        package static let rates: ClosedRange<Double> = 0.001...1_000_000

        package init(
            seed: UInt64, start: Timestamp, requestsPerSecond: Double = 1_000, scenario: Scenario = .steady,
            shape: LineShape = .constant, recordsTruth: Bool = false
        ) {
            self.seed = seed
            self.start = start
            self.requestsPerSecond = requestsPerSecond
            self.scenario = scenario
            self.shape = shape
            self.recordsTruth = recordsTruth
        }
    }

    /// When the next request arrives, to the nanosecond; its line says the whole microsecond before.
    package private(set) var nextTime: Timestamp
    /// What was written so far, if it is recorded.
    package private(set) var truth: Truth?
    /// Every version that the scenario will name, in the order of their first appearance.
    package let versions: [String]
    package private(set) var conditions: Conditions

    private let options: Options
    private var writer: LineWriter
    private var chance: Chance
    private var climate: Climate
    private var moments: [Moment] = []
    private var popularity = AliasTable(weights: [1])
    private var requestsPerNanosecond = 0.0
    private var version = 0
    private var changesDone = 0

    package init(_ options: Options) {
        precondition(Options.rates.contains(options.requestsPerSecond), "the rate is outside of what is simulated")
        let scenario = options.scenario
        self.options = options
        conditions = scenario.opening
        versions = ([scenario.opening] + scenario.changes.map(\.conditions)).reduce(into: []) { known, conditions in
            if !known.contains(conditions.version) { known.append(conditions.version) }
        }
        writer = LineWriter(
            shape: options.shape, seed: options.seed, endpoints: scenario.opening.endpoints, versions: versions)
        truth = options.recordsTruth ? Truth(endpoints: scenario.opening.endpoints, versions: versions) : nil
        chance = Chance(seed: options.seed)
        climate = Climate(
            seed: options.seed, start: options.start, scenario.opening)
        nextTime = options.start
        settle()
        awaitNext()
    }

    /// Appends the lines of the next `count` requests, each with its line feed.
    package mutating func lines(_ count: Int, into buffer: inout [UInt8]) {
        _ = lines(through: Timestamp(nanoseconds: .max), atMost: count, into: &buffer)
    }

    /// Appends the lines of the requests that arrived until `now`, at most so many, and says how many those were: fewer
    /// than `limit` means that no more are due.
    package mutating func lines(through now: Timestamp, atMost limit: Int, into buffer: inout [UInt8]) -> Int {
        let capacity = Traffic.linesAtOnce * LineWriter.longestLine
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { scratch in
            guard let start = scratch.baseAddress else { return 0 }
            var written = 0
            while written < limit, nextTime <= now {
                let stop = min(limit, written + Traffic.linesAtOnce)
                var cursor = ByteCursor(start)
                while written < stop, nextTime <= now {
                    let request = next()
                    let length = writer.write(request, to: &cursor)
                    truth?.add(request, lineBytes: length)
                    written += 1
                }
                buffer.append(contentsOf: UnsafeBufferPointer(start: start, count: cursor.next - start))
            }
            return written
        }
    }

    /// Appends the lines of the requests that arrive before `end`, at most so many, and says how many those were.
    package mutating func lines(before end: Timestamp, atMost limit: Int, into buffer: inout [UInt8]) -> Int {
        lines(through: end - Timestamp.Span(nanoseconds: 1), atMost: limit, into: &buffer)
    }

    /// The next request without a line; it does not enter the truth.
    package mutating func next() -> Request {
        let index = popularity.draw(&chance)
        let whole = nextTime.floored(to: Timestamp.Span(nanoseconds: 1_000))
        let request = Request(at: whole, endpoint: index, version: version, under: moments[index], &chance)
        awaitNext()
        return request
    }

    private static let linesAtOnce = 64

    /// Moves to the next arrival. Arrivals have no memory, so at a border the wait begins anew at the new rate.
    private mutating func awaitNext() {
        while true {
            let wait = chance.exponential() / requestsPerNanosecond
            let border = nextBorder
            if wait < Double((border - nextTime).nanoseconds) {
                nextTime = nextTime + Timestamp.Span(nanoseconds: Int64(wait))
                return
            }
            nextTime = border
            if border == climate.sliceEnd { climate.nextSlice(conditions.noise) }
            settle()
        }
    }

    private var nextBorder: Timestamp {
        let changes = options.scenario.changes
        guard changesDone < changes.count else { return climate.sliceEnd }
        return min(climate.sliceEnd, options.start + changes[changesDone].after)
    }

    /// Takes over the conditions that hold from `nextTime` on.
    private mutating func settle() {
        let changes = options.scenario.changes
        while changesDone < changes.count, options.start + changes[changesDone].after <= nextTime {
            conditions = changes[changesDone].conditions
            version = versions.firstIndex(of: conditions.version) ?? 0
            changesDone += 1
        }
        let weights = climate.weights(conditions)
        popularity = AliasTable(weights: weights)
        requestsPerNanosecond = weights.reduce(0, +) * options.requestsPerSecond * 1e-9
        moments = climate.moments(conditions)
    }
}
