package import RequestLog

/// The running sum of the last `length` of event time, in `step`s.
///
/// Reading costs nothing extra: a step that begins is added as its requests come, one that expires is subtracted. What
/// cannot be subtracted, the extremes, is taken anew from the steps that remain, and only for the series whose extreme
/// has left.
package struct RollingWindow {
    package let length: WindowLength
    /// The sum, by series.
    package private(set) var series: [SeriesKey: Cell] = [:]
    /// The sum over all series of a source.
    package private(set) var totals: [NameID: Rollup] = [:]

    /// Number of the step that holds the present instant; steps count from the epoch.
    private var present: Int64?
    /// Steps by number modulo their count; one that holds nothing is empty.
    private var ring: [Step]

    private struct Step {
        var number: Int64 = .min
        /// Still taking requests, or taking late ones.
        var open: [SeriesKey: Cell] = [:]
        /// Past, unless it is open.
        var packed = PackedSeries.empty

        var series: [SeriesKey: Cell] { open.isEmpty ? packed.series : open }
    }

    package init(_ length: WindowLength) {
        self.length = length
        ring = Array(repeating: Step(), count: length.sliceCount)
    }

    /// The first instant that the window covers.
    package var from: Timestamp? {
        present.map { Timestamp(nanoseconds: ($0 - Int64(ring.count) + 1) * length.step.nanoseconds) }
    }

    /// Moves the window's end to the instant; going back is the business of `LiveWindows.rewind`.
    package mutating func advance(to now: Timestamp) {
        let next = number(of: now)
        guard let last = present else {
            present = next
            return
        }
        guard next > last else { return }
        present = next
        var leaving: [Step] = []
        for place in ring.indices where ring[place].number != .min && ring[place].number <= next - Int64(ring.count) {
            leaving.append(ring[place])
            ring[place] = Step()
        }
        if !leaving.isEmpty { expire(leaving) }
        packPast()
    }

    /// Adds requests of one instant's step; returns false where the window does not cover it.
    @discardableResult
    package mutating func add(_ requests: [SeriesKey: Cell], at instant: Timestamp) -> Bool {
        guard let present else { return false }
        let number = number(of: instant)
        guard number <= present, number > present - Int64(ring.count) else { return false }
        let place = place(of: number)
        if ring[place].open.isEmpty, !ring[place].packed.isEmpty {
            ring[place].open = ring[place].packed.series
            ring[place].packed = .empty
        }
        ring[place].number = number
        for (key, cell) in requests {
            ring[place].open[key, default: Cell()].add(cell)
            series[key, default: Cell()].add(cell)
            totals[key.source, default: Rollup()].add(cell, of: key)
        }
        return true
    }

    /// Everything inside, step by step, to fill another window with.
    var steps: [(start: Timestamp, series: [SeriesKey: Cell])] {
        ring.filter { $0.number != .min }.sorted { $0.number < $1.number }
            .map { (Timestamp(nanoseconds: $0.number * length.step.nanoseconds), $0.series) }
    }

    private func number(of instant: Timestamp) -> Int64 {
        instant.floored(to: length.step).nanoseconds / length.step.nanoseconds
    }

    private func place(of number: Int64) -> Int {
        let remainder = number % Int64(ring.count)
        return Int(remainder < 0 ? remainder + Int64(ring.count) : remainder)
    }

    /// Steps before the last one rarely change any more.
    private mutating func packPast() {
        guard let present else { return }
        for place in ring.indices where ring[place].number < present - 1 && !ring[place].open.isEmpty {
            ring[place].packed = PackedSeries(ring[place].open)
            ring[place].open = [:]
        }
    }

    private mutating func expire(_ leaving: [Step]) {
        var lostExtremes: Set<SeriesKey> = []
        var sourcesOfLostExtremes: Set<NameID> = []
        for step in leaving {
            for (key, cell) in step.series {
                series[key]!.subtract(cell)
                totals[key.source]!.subtract(cell, of: key)
                if totals[key.source]!.cell.sharesExtremes(with: cell) { sourcesOfLostExtremes.insert(key.source) }
                if series[key]!.requests == 0 {
                    series[key] = nil
                    lostExtremes.remove(key)
                } else if series[key]!.sharesExtremes(with: cell) {
                    lostExtremes.insert(key)
                }
            }
        }
        if !lostExtremes.isEmpty { takeExtremesAnew(of: lostExtremes) }
        for (source, total) in totals where total.cell.requests == 0 { totals[source] = nil }
        if !sourcesOfLostExtremes.isEmpty { takeTotalExtremesAnew(of: sourcesOfLostExtremes) }
    }

    private mutating func takeTotalExtremesAnew(of sources: Set<NameID>) {
        for source in sources { totals[source]?.cell.forgetExtremes() }
        for (key, cell) in series where sources.contains(key.source) {
            totals[key.source]!.cell.addExtremes(durations: cell.durations.extremes, calls: cell.calls.extremes)
        }
    }

    private mutating func takeExtremesAnew(of keys: Set<SeriesKey>) {
        for key in keys { series[key]!.forgetExtremes() }
        for step in ring where step.number != .min {
            if step.open.isEmpty {
                step.packed.forEachExtremes { key, durations, calls in
                    if keys.contains(key) { series[key]!.addExtremes(durations: durations, calls: calls) }
                }
            } else {
                for (key, cell) in step.open where keys.contains(key) {
                    series[key]!.addExtremes(durations: cell.durations.extremes, calls: cell.calls.extremes)
                }
            }
        }
    }
}
