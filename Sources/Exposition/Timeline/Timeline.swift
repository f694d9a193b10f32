package import RequestLog
package import RollingWindow

/// Metrics over time, in slices of one step: what charts are drawn from.
///
/// It begins and ends at multiples of its step. What comes in wider than the step, as old snapshots are, widens the step
/// of all: a sum is never spread over slices that nobody has counted apart.
package struct Timeline: Sendable {
    package private(set) var step: Timestamp.Span
    package private(set) var from: Timestamp
    package private(set) var to: Timestamp
    package private(set) var slices: [Rollup]
    package private(set) var total = Rollup()
    package private(set) var groups: [SeriesKey: TimelineGroup] = [:]
    /// Groups that were put together because there were too many.
    package private(set) var groupsLeftOut = 0

    package let grouping: TimelineGrouping?
    private let trendFrom: Timestamp
    /// How wide the parts of a trend are.
    package let trendStep: Timestamp.Span
    package let trendParts: Int
    private var trendRoom = TimelineLimits.allTrendParts
    private var leftOut: Set<SeriesKey> = []

    /// - Parameter grouping: also keeps the requests apart by this.
    package init(from: Timestamp, to: Timestamp, step: TimelineStep, by grouping: TimelineGrouping? = nil) {
        self.step = step.span
        self.from = from.floored(to: step.span)
        self.to = to.ceiled(to: step.span)
        self.grouping = grouping
        let count = max(0, Int((self.to - self.from).nanoseconds / step.span.nanoseconds))
        precondition(count <= TimelineLimits.slices, "a timeline of \(count) slices was not refused")
        slices = Array(repeating: Rollup(), count: count)
        let slicesPerPart = (count + TimelineLimits.trendParts - 1) / TimelineLimits.trendParts
        trendFrom = self.from
        trendStep = Timestamp.Span(nanoseconds: step.span.nanoseconds * Int64(max(1, slicesPerPart)))
        trendParts = slicesPerPart == 0 ? 0 : (count + slicesPerPart - 1) / slicesPerPart
    }

    /// Requests of a stretch that begins at `start`; what begins outside does not count.
    package mutating func add(_ cell: Cell, of key: SeriesKey, at start: Timestamp) {
        guard let place = place(of: start) else { return }
        slices[place].add(cell, of: key)
        total.add(cell, of: key)
        guard let grouping else { return }
        let group = admitted(grouping.group(of: key))
        groups[group, default: TimelineGroup()].add(cell, of: key)
        addTrend(cell, to: group, at: start)
    }

    /// The same for all that begins at one instant: what is of one group is added up first.
    ///
    /// - Parameter forEachCell: gives each cell with its series.
    package mutating func add(at start: Timestamp, _ forEachCell: ((SeriesKey, Cell) -> Void) -> Void) {
        guard let place = place(of: start) else { return }
        var sums: [SeriesKey: Rollup] = [:]
        var sum = Rollup()
        forEachCell { [grouping] key, cell in
            if let grouping {
                sums[grouping.group(of: key), default: Rollup()].add(cell, of: key)
            } else {
                sum.add(cell, of: key)
            }
        }
        for (group, rollup) in sums {
            let group = admitted(group)
            groups[group, default: TimelineGroup()].add(rollup)
            addTrend(rollup.cell, to: group, at: start)
            sum.add(rollup)
        }
        slices[place].add(sum)
        total.add(sum)
    }

    /// The same for what is added up already; there are no groups then.
    package mutating func add(_ rollup: Rollup, at start: Timestamp) {
        guard let place = place(of: start) else { return }
        slices[place].add(rollup)
        total.add(rollup)
    }

    /// Makes the slices at least this wide.
    package mutating func widen(to width: Timestamp.Span) {
        guard width > step else { return }
        let (oldFrom, oldStep) = (from, step)
        step = width
        from = from.floored(to: width)
        to = to.ceiled(to: width)
        var wider = Array(repeating: Rollup(), count: Int((to - from).nanoseconds / width.nanoseconds))
        for (number, slice) in slices.enumerated() {
            let start = oldFrom + Timestamp.Span(nanoseconds: oldStep.nanoseconds * Int64(number))
            wider[Int((start - from).nanoseconds / width.nanoseconds)].add(slice)
        }
        slices = wider
    }

    private func place(of start: Timestamp) -> Int? {
        guard start >= from, start < to else { return nil }
        return Int((start - from).nanoseconds / step.nanoseconds)
    }

    private mutating func admitted(_ group: SeriesKey) -> SeriesKey {
        if groups[group] != nil || groups.count < TimelineLimits.groups { return group }
        if leftOut.count < TimelineLimits.groups { leftOut.insert(group) }
        groupsLeftOut = leftOut.count
        return group.other
    }

    private mutating func addTrend(_ cell: Cell, to group: SeriesKey, at start: Timestamp) {
        if groups[group]!.trend.isEmpty {
            guard trendRoom >= trendParts else { return }
            trendRoom -= trendParts
            groups[group]!.trend = Array(repeating: TrendPart(), count: trendParts)
        }
        let part = Int((start - trendFrom).nanoseconds / trendStep.nanoseconds)
        guard groups[group]!.trend.indices.contains(part) else { return }
        groups[group]!.trend[part].add(cell)
    }
}

/// The requests of one group over the whole stretch, and a rough course of them.
package struct TimelineGroup: Sendable {
    package private(set) var rollup = Rollup()
    /// Empty where there was no room for it.
    package fileprivate(set) var trend: [TrendPart] = []

    fileprivate mutating func add(_ cell: Cell, of key: SeriesKey) { rollup.add(cell, of: key) }

    fileprivate mutating func add(_ other: Rollup) { rollup.add(other) }
}

/// One part of a trend: durations in buckets of an eighth of a doubling, enough for a line a few pixels high.
package struct TrendPart: Sendable {
    package private(set) var requests: UInt64 = 0
    private var zeros: UInt64 = 0
    private var durations = Buckets()

    private static let coarseness: Int32 = 2

    fileprivate mutating func add(_ cell: Cell) {
        requests &+= cell.requests
        zeros &+= cell.durations.zeros
        durations.add(cell.durations.buckets.coarser(by: TrendPart.coarseness))
    }

    /// Seconds, within 5 %; nil where nothing had a duration.
    package func quantile(_ fraction: Double) -> Double? {
        let count = zeros &+ durations.total
        guard count > 0 else { return nil }
        let rank = nearestRank(fraction, of: count)
        if rank <= zeros { return 0 }
        return durations.index(ofRank: rank - zeros).map { DurationScale.middle($0, coarserBy: TrendPart.coarseness) }
    }
}

extension Timestamp {
    fileprivate func ceiled(to width: Span) -> Timestamp {
        let floor = floored(to: width)
        return floor == self ? self : floor + width
    }
}
