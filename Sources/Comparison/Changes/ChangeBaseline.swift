package import RequestLog
package import RollingWindow

/// How things were before a change: which time, how many requests, and the numbers themselves.
package struct ChangeBaseline: Equatable, Sendable {
    /// The numbers of some requests, as `summary` shows them; nil where the log did not say.
    package struct Numbers: Equatable, Sendable {
        /// Nil: all routes.
        package var route: String?
        package var requests: UInt64
        /// Seconds.
        package var p50: Double?
        package var p90: Double?
        package var p95: Double?
        package var p99: Double?
        package var mean: Double?
        package var errorRatio: Double?
        package var hitRatio: Double?
        package var dbCalls: Double?
    }

    package var from: Timestamp
    /// Not included.
    package var to: Timestamp
    package var requests: UInt64
    package var slices: Int
    /// The source that was measured.
    package var source: String
    /// How the log was read, in words; nil where the data directory does not say.
    package var format: String?
    /// Another one means that the log is read in another way.
    package var configuration: String?
    /// All routes first, then the affected ones, or the busiest.
    package var numbers: [Numbers]
    /// Sentences of `Insights`, the most important first.
    package var insights: [String]

    package static let mostRoutes = 20
    package static let mostInsights = 5

    package init(
        from: Timestamp, to: Timestamp, requests: UInt64, slices: Int, source: String, format: String? = nil,
        configuration: String? = nil, numbers: [Numbers] = [], insights: [String] = []
    ) {
        self.from = from
        self.to = to
        self.requests = requests
        self.slices = slices
        self.source = source
        self.format = format
        self.configuration = configuration
        self.numbers = numbers
        self.insights = insights
    }
}

extension ChangeBaseline.Numbers {
    package init(route: String?, _ rollup: Rollup) {
        let durations = rollup.cell.durations
        self.init(
            route: route, requests: rollup.cell.requests, p50: durations.quantile(0.5), p90: durations.quantile(0.9),
            p95: durations.quantile(0.95), p99: durations.quantile(0.99),
            mean: durations.total.mean.map { $0 / 1e9 }, errorRatio: rollup.errorRatio, hitRatio: rollup.hitRatio,
            dbCalls: rollup.cell.calls.total.mean)
    }

    /// All routes, then those that are named, or else the busiest.
    package static func table(_ view: SeriesView, routes named: [String]) -> [ChangeBaseline.Numbers] {
        let byRoute = view.routes
        let chosen: [(String, Rollup)] =
            if named.isEmpty {
                byRoute.map { (view.names[$0.key], $0.value) }
                    .sorted {
                        $0.1.cell.requests != $1.1.cell.requests ? $0.1.cell.requests > $1.1.cell.requests : $0.0 < $1.0
                    }
                    .prefix(ChangeBaseline.mostRoutes).map { $0 }
            } else {
                named.map { ($0, view.names.find($0).flatMap { byRoute[$0] } ?? Rollup()) }
            }
        return [ChangeBaseline.Numbers(route: nil, view.total)] + chosen.map { ChangeBaseline.Numbers(route: $0, $1) }
    }
}
