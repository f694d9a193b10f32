/// The judgement on the service, from best to worst; the words of draft-inadarei-api-health-check-06 §3.1.
package enum HealthStatus: String, CaseIterable, Comparable, Sendable {
    case pass, warn, fail

    /// 0 pass, 1 warn, 2 fail: the value of `plumbline_health_status`.
    package var severity: Int {
        switch self {
        case .pass: 0
        case .warn: 1
        case .fail: 2
        }
    }

    package static func < (left: HealthStatus, right: HealthStatus) -> Bool { left.severity < right.severity }
}
