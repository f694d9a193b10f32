internal import Health

/// A column of the routes table: what stands in it, and what it sorts by.
package enum RouteColumn: Int, CaseIterable, Sendable {
    case route, requests, errors, p50, p95, p99, hits, calls, bypass, longest, callsP95

    var title: String {
        switch self {
        case .route: "route"
        case .requests: "requests"
        case .errors: "err %"
        case .p50: "p50"
        case .p95: "p95"
        case .p99: "p99"
        case .hits: "hit %"
        case .calls: "db/req"
        case .bypass: "bypass %"
        case .longest: "max"
        case .callsP95: "db p95"
        }
    }

    /// Columns of the screen that it takes at least.
    var width: Int {
        switch self {
        case .route: 12
        case .requests, .bypass: 8
        case .errors, .hits: 5
        case .p50, .p95, .p99, .longest: 7
        case .calls, .callsP95: 6
        }
    }

    /// Which give way first in a narrow window, the last ones first.
    static let byImportance: [RouteColumn] = [
        .route, .requests, .p95, .errors, .calls, .hits, .p50, .p99, .bypass, .longest, .callsP95,
    ]

    func value(_ figures: Figures) -> Double? {
        switch self {
        case .route: nil
        case .requests: Double(figures.requests)
        case .errors: figures.errorRatio
        case .p50: figures.durations?.p50
        case .p95: figures.durations?.p95
        case .p99: figures.durations?.p99
        case .hits: figures.hitRatio
        case .calls: figures.calls?.mean
        case .bypass: figures.bypassRatio
        case .longest: figures.durations?.max
        case .callsP95: figures.calls?.p95
        }
    }

    func text(_ figures: Figures) -> String {
        guard let value = value(figures) else { return "–" }
        switch self {
        case .route: return ""
        case .requests: return HumanUnits.count(Int(value))
        case .errors, .hits, .bypass: return HumanUnits.percent(ratio: value)
        case .p50, .p95, .p99, .longest: return HumanUnits.duration(seconds: value)
        case .calls, .callsP95: return HumanUnits.threeDigits(value)
        }
    }
}

/// By what the routes are sorted. Equal ones, and those without the number, follow by name.
package struct RouteOrder: Equatable, Sendable {
    var column = RouteColumn.requests
    /// Numbers begin with the greatest, names with the first.
    var isReversed = false

    func sorted(_ routes: [WindowAnswer.Route]) -> [WindowAnswer.Route] {
        routes.sorted { left, right in
            let values = (column.value(left.figures), column.value(right.figures))
            switch values {
            case (let one?, let other?) where one != other: return (one > other) != isReversed
            case (_?, nil): return true
            case (nil, _?): return false
            default: return (left.name < right.name) != (isReversed && column == .route)
            }
        }
    }
}
