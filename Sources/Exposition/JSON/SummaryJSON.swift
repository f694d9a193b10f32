package import Comparison
package import RollingWindow

/// `plumbline.summary.v1`: the oracle that other tools are held against; its field names are stable.
package enum SummaryJSON {
    /// - Parameter grouping: what the `series` keep apart; nil is the whole key of every source.
    package static func render(
        _ view: SeriesView, ledger: Ledger, by grouping: SeriesGrouping? = nil, insights: Insights? = nil
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("schema")
            json.value("plumbline.summary.v1")
            json.span(of: view)
            json.key("ledger")
            json.ledger(ledger)
            json.rollups(of: view, source: view.primary)
            json.series(view.rows(by: grouping ?? .everything), by: grouping ?? .everything, names: view.names)
            if let insights {
                json.key("insights")
                json.object(.lines) { $0.insights(insights) }
            }
        }
        return json.finish()
    }
}
