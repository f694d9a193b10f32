package import RequestLog

/// How wide the slices of a timeline are; each divides the next one, or a day.
package enum TimelineStep: String, CaseIterable, Comparable, Sendable {
    case oneSecond = "1s"
    case fiveSeconds = "5s"
    case tenSeconds = "10s"
    case thirtySeconds = "30s"
    case oneMinute = "1m"
    case fiveMinutes = "5m"
    case fifteenMinutes = "15m"
    case oneHour = "1h"
    case oneDay = "1d"

    package var span: Timestamp.Span {
        switch self {
        case .oneSecond: .seconds(1)
        case .fiveSeconds: .seconds(5)
        case .tenSeconds: .seconds(10)
        case .thirtySeconds: .seconds(30)
        case .oneMinute: .minutes(1)
        case .fiveMinutes: .minutes(5)
        case .fifteenMinutes: .minutes(15)
        case .oneHour: .minutes(60)
        case .oneDay: .minutes(24 * 60)
        }
    }

    package static func < (left: TimelineStep, right: TimelineStep) -> Bool { left.span < right.span }

    /// The finest that cuts the stretch into no more than so many slices; else the widest there is.
    package static func dividing(_ stretch: Timestamp.Span, intoAtMost count: Int) -> TimelineStep {
        allCases.first { stretch.nanoseconds <= $0.span.nanoseconds * Int64(count) } ?? .oneDay
    }
}
