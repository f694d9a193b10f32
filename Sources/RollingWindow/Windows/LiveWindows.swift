package import RequestLog

/// All rolling windows of a running agent, with the limit on series and the slices whose time has not come yet.
///
/// Time arrives with `advance(to:)`; nothing here reads a clock.
package struct LiveWindows {
    /// The present, as far as the windows know.
    package private(set) var now: Timestamp?
    /// Requests that were counted in `(other)` because the series limit was reached.
    package private(set) var overflowedRequests: UInt64 = 0
    /// The newest event that is due, by source; to the slice that it came in.
    package private(set) var newestEvents: [NameID: Timestamp] = [:]

    /// When each version was first seen.
    package var versions = VersionAges()

    private let seriesLimit: Int
    private var windows: [RollingWindow]
    /// Slices ahead of the clock, by their start.
    private var early: [Timestamp: TimedSlice] = [:]

    package init(seriesLimit: Int) {
        self.seriesLimit = seriesLimit
        windows = WindowLength.allCases.map(RollingWindow.init)
    }

    package subscript(length: WindowLength) -> RollingWindow { windows[WindowLength.allCases.firstIndex(of: length)!] }

    /// Series active within the longest window.
    package var activeSeries: Int { longest.seriesCount }

    private var longest: RollingWindow { self[.oneHour] }

    /// The newest event of a source that waits for its time; nil where none does.
    package func newestWaiting(of source: NameID) -> Timestamp? {
        early.values.filter { slice in slice.slice.series.keys.contains { $0.source == source } }.map(\.lastEvent).max()
    }

    /// Prepares a window for being read more than once.
    package mutating func settle(_ length: WindowLength) {
        windows[WindowLength.allCases.firstIndex(of: length)!].settle()
    }

    package mutating func advance(to instant: Timestamp) {
        guard instant > now ?? Timestamp(nanoseconds: .min) else { return }
        now = instant
        for place in windows.indices { windows[place].advance(to: instant) }
        for start in early.keys.filter({ $0 <= instant }).sorted() {
            let due = early.removeValue(forKey: start)!
            noteNewest(due)
            insert(due.slice.series, at: start)
        }
    }

    /// The clock was set back: what was counted ahead of it counts as of now, for the clock that stamped it was wrong;
    /// what waited goes on waiting.
    package mutating func rewind(to instant: Timestamp) {
        let old = windows
        now = nil
        windows = WindowLength.allCases.map(RollingWindow.init)
        advance(to: instant)
        for place in windows.indices {
            for step in old[place].steps { windows[place].add(step.series, at: min(step.start, instant)) }
        }
        newestEvents = newestEvents.mapValues { min($0, instant) }
    }

    /// Counts a slice wherever it belongs, and returns it as it was counted: past the series limit in `(other)`.
    package mutating func add(_ slice: TimedSlice) -> TimedSlice {
        let admitted = admit(slice)
        versions.note(admitted)
        if !postpone(admitted) {
            noteNewest(admitted)
            insert(admitted.slice.series, at: admitted.slice.start)
        }
        return admitted
    }

    /// A slice from before a restart: wider than the short windows' steps, so it leaves them whole, with its last step.
    package mutating func restore(_ slice: TimedSlice) {
        versions.note(slice)
        guard let now, !postpone(slice) else { return }
        noteNewest(slice)
        for place in windows.indices {
            let step = windows[place].length.step
            let last = slice.slice.end - min(step, slice.slice.width)
            windows[place].add(slice.slice.series, at: min(last, now))
        }
    }

    private mutating func noteNewest(_ slice: TimedSlice) {
        var noted: NameID?
        for key in slice.slice.series.keys where key.source != noted {
            newestEvents[key.source] = max(newestEvents[key.source] ?? slice.lastEvent, slice.lastEvent)
            noted = key.source
        }
    }

    /// Keeps a slice that begins ahead of the clock until its time has come; returns whether it does.
    private mutating func postpone(_ slice: TimedSlice) -> Bool {
        guard let now, slice.slice.start > now else { return false }
        let empty = Slice(start: slice.slice.start, width: slice.slice.width)
        early[slice.slice.start, default: TimedSlice(slice: empty)].add(slice)
        return true
    }

    /// Series that wait for their time and are not active yet: they have their place already.
    private var waitingSeries: Set<SeriesKey> {
        let longest = longest
        var waiting: Set<SeriesKey> = []
        for slice in early.values {
            for key in slice.slice.series.keys where !longest.contains(key) { waiting.insert(key) }
        }
        return waiting
    }

    private mutating func insert(_ requests: [SeriesKey: Cell], at start: Timestamp) {
        let totals = requests.totals
        for place in windows.indices { windows[place].add(requests, totals: totals, at: start) }
    }

    private mutating func admit(_ slice: TimedSlice) -> TimedSlice {
        let longest = longest
        let newcomers = slice.slice.series.keys.filter { !longest.contains($0) }
        guard !newcomers.isEmpty else { return slice }
        let waiting = waitingSeries
        var room = seriesLimit - longest.seriesCount - waiting.count
        guard newcomers.count > room else { return slice }
        var admitted = TimedSlice(
            slice: Slice(start: slice.slice.start, width: slice.slice.width), firstEvent: slice.firstEvent,
            lastEvent: slice.lastEvent)
        for (key, cell) in slice.slice.series {
            if !longest.contains(key), !waiting.contains(key) {
                if room <= 0 {
                    overflowedRequests &+= cell.requests
                    admitted.slice.add(cell, to: key.other)
                    continue
                }
                room -= 1
            }
            admitted.slice.add(cell, to: key)
        }
        return admitted
    }
}
