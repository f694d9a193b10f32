import Exposition
import RequestLog
import RollingWindow

/// What a timeline of the last hour is made of: the slices of one window as ingest has them now.
struct WindowSource: Sendable {
    var now: Timestamp
    var content: WindowContent
    var names: Names
    var primary: NameID
    /// Routes that have become coarser since the slices were packed.
    var routes: [NameID: NameID]
    /// Where the oldest slice of all windows begins.
    var earliest: Timestamp?
}

extension Ingest {
    /// - Parameter choose: the window, once it is known how far each reaches back.
    func source(_ choose: (_ now: Timestamp, (WindowLength) -> Timestamp?) -> WindowLength?) -> WindowSource? {
        let windows = windows
        guard let now = windows.now, let length = choose(now, { windows[$0].from }) else { return nil }
        return WindowSource(
            now: now, content: windows[length].content, names: names, primary: primary, routes: coarser.routes,
            earliest: windows[.oneHour].content.first)
    }
}

extension Timeline {
    /// Takes in what a window has, where the timeline is.
    mutating func add(_ window: WindowSource, source: NameID, route: String?, isGrouped: Bool) {
        guard route != nil || isGrouped else {
            return window.content.forEachTotal(of: source) { add($1, at: $0) }
        }
        var wanted: Set<NameID> = []
        if let route = route.flatMap(window.names.find) {
            wanted = Set(window.routes.filter { $0.value == route }.keys).union([route])
        }
        window.content.forEachCell { key in
            key.source == source && (route == nil || wanted.contains(key.route))
        } _: { start, key, cell in
            var key = key
            key.route = window.routes[key.route] ?? key.route
            add(cell, of: key, at: start)
        }
    }
}
