internal import RequestLog
package import RollingWindow

/// `/api/v1/windows/{window}`: one rolling window.
package enum WindowJSON {
    /// - Parameters:
    ///   - grouping: adds `series`, grouped so; nil leaves them out.
    ///   - route: only this route; a route that is not there has no requests.
    ///   - source: speaks of this source instead of the primary one.
    package static func render(
        window: WindowLength, view: SeriesView, by grouping: SeriesGrouping? = nil, route: String? = nil,
        source: String? = nil
    ) -> [UInt8] {
        var chosen = view
        if let route {
            let wanted = view.names.find(route)
            chosen.series = chosen.series.filter { $0.key.route == wanted }
        }
        if let source {
            // An unknown source is no source: nothing matches it, and nothing is invented for it.
            let wanted = view.names.find(source)
            chosen.series = chosen.series.filter { $0.key.source == wanted }
            chosen.primary = wanted ?? view.primary
        }
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("window")
            json.value(window.rawValue)
            json.span(of: chosen)
            json.rollups(of: chosen, source: chosen.primary)
            if let grouping { json.series(chosen.rows(by: grouping), by: grouping, names: chosen.names) }
        }
        return json.finish()
    }
}
