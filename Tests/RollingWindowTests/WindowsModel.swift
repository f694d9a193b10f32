import RequestLog
import RollingWindow

/// What `LiveWindows` must show, by keeping every slice that was ever added and adding anew at each look.
struct WindowsModel {
    private struct Entry {
        var instants: [WindowLength: Timestamp]
        var due: Timestamp
        var lastEvent: Timestamp
        var series: [SeriesKey: Cell]
    }

    private var entries: [Entry] = []
    private(set) var now = Timestamp(nanoseconds: 0)

    mutating func advance(to instant: Timestamp) { now = max(now, instant) }

    mutating func add(_ slice: TimedSlice) {
        let start = slice.slice.start
        var instants: [WindowLength: Timestamp] = [:]
        for length in WindowLength.allCases { instants[length] = start }
        entries.append(Entry(instants: instants, due: start, lastEvent: slice.lastEvent, series: slice.slice.series))
    }

    /// A restored slice leaves a window with the last of its steps.
    mutating func restore(_ slice: TimedSlice) {
        guard slice.slice.start <= now else { return add(slice) }
        var instants: [WindowLength: Timestamp] = [:]
        for length in WindowLength.allCases {
            instants[length] = min(slice.slice.end - min(length.step, slice.slice.width), now)
        }
        entries.append(
            Entry(instants: instants, due: slice.slice.start, lastEvent: slice.lastEvent, series: slice.slice.series))
    }

    func series(_ length: WindowLength) -> [SeriesKey: Cell] {
        let from = now.floored(to: length.step) - (length.length - length.step)
        var sum: [SeriesKey: Cell] = [:]
        for entry in entries where entry.due <= now && entry.instants[length]!.floored(to: length.step) >= from {
            for (key, cell) in entry.series { sum[key, default: Cell()].add(cell) }
        }
        return sum
    }

    /// Of what was due when it was added or has become due since.
    var newestEvent: Timestamp? { entries.filter { $0.due <= now }.map(\.lastEvent).max() }

    /// The last hour is all that any window shows.
    mutating func forget() {
        let newest = newestEvent
        let old = now - .minutes(70)
        entries.removeAll { entry in entry.due < old && entry.lastEvent != newest }
    }
}
