import Agent
import ArgumentParser
import RequestLog
import Settings

/// A length of time on the command line: `250ms`, `10s`, `5m`, `24h`.
struct SpanArgument: ExpressibleByArgument {
    let span: Timestamp.Span

    init(_ span: Timestamp.Span) { self.span = span }

    var defaultValueDescription: String { Duration.nanoseconds(span.nanoseconds).text }

    init?(argument: String) {
        guard let duration = Duration(text: argument) else { return nil }
        span = Timestamp.Span(nanoseconds: duration.inNanoseconds)
    }
}

/// A point in time on the command line: RFC 3339, or before now as `-30m`.
struct InstantArgument: ExpressibleByArgument {
    let instant: Timestamp

    init(_ instant: Timestamp) { self.instant = instant }

    init?(argument: String) {
        if argument.hasPrefix("-"), let ago = SpanArgument(argument: String(argument.dropFirst())) {
            instant = AgentClock.wall - ago.span
        } else if argument == "now" {
            instant = AgentClock.wall
        } else if let instant = Timestamp(rfc3339: argument) {
            self.instant = instant
        } else {
            return nil
        }
    }

    var defaultValueDescription: String { "\(instant)" }
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}
