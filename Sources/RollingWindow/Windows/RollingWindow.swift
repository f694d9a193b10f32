package import RequestLog

/// The running sum of the last `length` of event time, in `step`s.
///
/// Steps that are past are added to `closed` once, packed, and subtracted when they expire; the step that is filling
/// stays apart until it is past, so that a delivery costs one addition a series. Reading adds the two. What cannot be
/// subtracted, the extremes, is taken anew from the steps that remain: for the totals at once, for a series when it is
/// read.
package struct RollingWindow {
    package let length: WindowLength

    /// The sum of what is packed in the ring; extremes of `staleExtremes` may be those of steps that have left.
    private var closed: [SeriesKey: Cell] = [:]
    private var closedTotals: [NameID: Rollup] = [:]
    private var staleExtremes: Set<SeriesKey> = []
    /// Number of the step that holds the present instant; steps count from the epoch.
    private var present: Int64?
    private var now = Timestamp(nanoseconds: .min)
    /// Steps by number modulo their count.
    private var ring: [WindowStep]
    /// Places of the ring with something that is not in `closed` yet: the last one, and for a while the one before.
    private var openPlaces: [Int] = []
    /// The place that was added to last: of old lines that are read now, more is to come.
    private var touchedPlace: Int?
    /// How long a step stays open behind its end, for lines that come a little late; no longer than itself.
    private static let lateness = Timestamp.Span.seconds(2)
    /// An hour of old lines read at once must not stand open as a whole: that is ten times what it takes packed.
    private static let mostOpen = 3

    package init(_ length: WindowLength) {
        self.length = length
        ring = Array(repeating: WindowStep(), count: length.sliceCount)
    }

    /// The first instant that the window covers.
    package var from: Timestamp? {
        present.map { Timestamp(nanoseconds: ($0 - Int64(ring.count) + 1) * length.step.nanoseconds) }
    }

    /// Steps that are not packed.
    package var openSteps: Int { openPlaces.count }

    /// The sum, by series.
    package var series: [SeriesKey: Cell] {
        var sum = closed
        takeExtremesAnew(in: &sum)
        for place in openPlaces {
            for (key, cell) in ring[place].open { sum[key, default: Cell()].add(cell) }
        }
        return sum
    }

    /// The sum over all series of a source.
    package var totals: [NameID: Rollup] {
        var sum = closedTotals
        for place in openPlaces { sum.add(ring[place].openTotals) }
        return sum
    }

    /// The number of `series`.
    package var seriesCount: Int {
        var others: Set<SeriesKey> = []
        for place in openPlaces {
            for key in ring[place].open.keys where closed.index(forKey: key) == nil { others.insert(key) }
        }
        return closed.count + others.count
    }

    func contains(_ key: SeriesKey) -> Bool {
        closed.index(forKey: key) != nil || openPlaces.contains { ring[$0].open.index(forKey: key) != nil }
    }

    /// Moves the window's end to the instant; going back is the business of `LiveWindows.rewind`.
    package mutating func advance(to now: Timestamp) {
        let next = number(of: now)
        guard let last = present else {
            present = next
            self.now = now
            return
        }
        self.now = max(self.now, now)
        if next > last {
            present = next
            expire(through: next - Int64(ring.count))
        }
        if openPlaces.count > 1 || next > last { closePast() }
    }

    /// Adds requests of one instant's step; returns false where the window does not cover it.
    @discardableResult
    package mutating func add(_ requests: [SeriesKey: Cell], at instant: Timestamp) -> Bool {
        add(requests, totals: requests.totals, at: instant)
    }

    /// - Parameter totals: those of the requests, so that several windows need not each add them up.
    @discardableResult
    mutating func add(_ requests: [SeriesKey: Cell], totals: [NameID: Rollup], at instant: Timestamp) -> Bool {
        guard let present else { return false }
        let number = number(of: instant)
        guard number <= present, number > present - Int64(ring.count) else { return false }
        let place = place(of: number)
        ring[place].number = number
        touchedPlace = place
        if ring[place].open.isEmpty {
            if openPlaces.count >= RollingWindow.mostOpen { closePast() }
            openPlaces.append(place)
        }
        ring[place].add(requests, totals: totals)
        return true
    }

    /// Brings the extremes up to date, so that reading does not have to.
    mutating func settle() {
        takeExtremesAnew(in: &closed)
        staleExtremes = []
    }

    /// Everything inside, step by step, to fill another window with.
    var steps: [(start: Timestamp, series: [SeriesKey: Cell])] {
        ring.filter { !$0.isEmpty }.sorted { $0.number < $1.number }
            .map { (Timestamp(nanoseconds: $0.number * length.step.nanoseconds), $0.series) }
    }

    /// What it consists of, shared with it: to be read elsewhere, while the window goes on.
    package var content: WindowContent {
        WindowContent(
            step: length.step, from: from ?? now, to: now, steps: ring.filter { !$0.isEmpty })
    }

    private func number(of instant: Timestamp) -> Int64 {
        instant.floored(to: length.step).nanoseconds / length.step.nanoseconds
    }

    private func place(of number: Int64) -> Int {
        let remainder = number % Int64(ring.count)
        return Int(remainder < 0 ? remainder + Int64(ring.count) : remainder)
    }

    /// Steps that are past rarely change any more; what comes late closes with the next step.
    private mutating func closePast() {
        let step = length.step.nanoseconds
        let latest = now - min(length.step, RollingWindow.lateness)
        for place in openPlaces where place != touchedPlace && (ring[place].number + 1) * step <= latest.nanoseconds {
            for (key, cell) in ring[place].open { closed[key, default: Cell()].add(cell) }
            closedTotals.add(ring[place].openTotals)
            ring[place].close()
        }
        openPlaces.removeAll { ring[$0].open.isEmpty }
    }

    private mutating func expire(through last: Int64) {
        var hasLeft = false
        for place in ring.indices where ring[place].number <= last && !ring[place].isEmpty {
            ring[place].packed.forEachCell { key, cell in
                let index = closed.index(forKey: key)!
                closed.values[index].subtract(cell)
                if closed.values[index].requests == 0 {
                    closed.remove(at: index)
                } else if closed.values[index].sharesExtremes(with: cell) {
                    staleExtremes.insert(key)
                }
            }
            for (source, total) in ring[place].packedTotals { closedTotals[source]!.subtract(total) }
            ring[place] = WindowStep()
            hasLeft = true
        }
        guard hasLeft else { return }
        staleExtremes = staleExtremes.filter { closed[$0] != nil }
        openPlaces.removeAll { ring[$0].open.isEmpty }
        takeTotalExtremesAnew()
    }

    private mutating func takeTotalExtremesAnew() {
        for source in closedTotals.keys {
            if closedTotals[source]!.cell.requests == 0 {
                closedTotals[source] = nil
            } else {
                closedTotals[source]!.cell.forgetExtremes()
            }
        }
        for step in ring {
            for (source, total) in step.packedTotals {
                closedTotals[source]!.cell.addExtremes(
                    durations: total.cell.durations.extremes, calls: total.cell.calls.extremes)
            }
        }
    }

    private func takeExtremesAnew(in sum: inout [SeriesKey: Cell]) {
        guard !staleExtremes.isEmpty else { return }
        for key in staleExtremes { sum[key]!.forgetExtremes() }
        for step in ring {
            step.packed.forEachExtremes { key, durations, calls in
                if staleExtremes.contains(key) { sum[key]!.addExtremes(durations: durations, calls: calls) }
            }
        }
    }
}
