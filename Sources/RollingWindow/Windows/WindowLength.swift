package import RequestLog

/// The rolling windows, each with the step in which it expires.
package enum WindowLength: String, CaseIterable, Sendable {
    case oneMinute = "1m"
    case fiveMinutes = "5m"
    case fifteenMinutes = "15m"
    case oneHour = "1h"

    package var length: Timestamp.Span {
        switch self {
        case .oneMinute: .minutes(1)
        case .fiveMinutes: .minutes(5)
        case .fifteenMinutes: .minutes(15)
        case .oneHour: .minutes(60)
        }
    }

    package var step: Timestamp.Span {
        switch self {
        case .oneMinute: .seconds(1)
        case .fiveMinutes: .seconds(5)
        case .fifteenMinutes: .seconds(10)
        case .oneHour: .minutes(1)
        }
    }

    package var sliceCount: Int { Int(length.nanoseconds / step.nanoseconds) }
}
