package import RequestLog

/// Everything that the screen shows: what the agent said last, and what the person at the keys chose.
///
/// Nothing here reads a clock, a key or the network; it is told.
package struct ScreenState: Equatable, Sendable {
    package enum Page: Int, CaseIterable, Sendable {
        case routes, health, inputs, changes

        var title: String {
            switch self {
            case .routes: "routes"
            case .health: "health"
            case .inputs: "inputs"
            case .changes: "changes"
            }
        }
    }

    package enum Connection: Equatable, Sendable {
        case live
        /// Since when it has not answered, and why.
        case lost(since: Timestamp, reason: String)
        /// It answers again, since when, after so long.
        case back(at: Timestamp, after: Timestamp.Span)
    }

    package static let windows = ["1m", "5m", "15m", "1h"]

    /// Where the agent is, as a person would type it.
    package let address: String
    package internal(set) var connection = Connection.live
    /// The clock on the wall of this machine.
    package internal(set) var now: Timestamp
    /// When the numbers are from.
    var asOf: Timestamp

    var window: WindowAnswer?
    var health: HealthAnswer?
    var ledger: LedgerAnswer?
    var detail: RouteDetail?
    var insights: InsightsAnswer?
    /// When they were asked for.
    var insightsAt: Timestamp?
    var changes: ChangesAnswer?
    var trends = Trends()
    /// Between the last two looks.
    var linesPerSecond: Double?

    package var windowName = "1m"
    package var page = Page.routes
    package var order = RouteOrder()
    package var filter = ""
    package var isTypingFilter = false
    package var isPaused = false
    package var showsKeys = false
    /// The route whose detail is open.
    package var openRoute: String?
    /// The marked route; nil is the first one.
    package var markedRoute: String?

    package init(address: String, now: Timestamp) {
        self.address = address
        self.now = now
        asOf = now
    }

    /// The routes that the filter lets through, in their order.
    var routes: [WindowAnswer.Route] {
        let routes = window?.routes ?? []
        guard !filter.isEmpty else { return order.sorted(routes) }
        let wanted = filter.lowercased()
        return order.sorted(routes.filter { $0.name.lowercased().contains(wanted) })
    }

    var markedIndex: Int {
        guard let markedRoute else { return 0 }
        return routes.firstIndex { $0.name == markedRoute } ?? 0
    }
}

/// The rows behind one route.
struct RouteDetail: Equatable, Sendable {
    var route: String
    var byCache: WindowAnswer
    var byStatus: WindowAnswer
}
