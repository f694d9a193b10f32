package import RequestLog

/// A timeline with what its answer has to say beside it.
package struct TimelineAnswer: Sendable {
    package var timeline: Timeline
    package var subject: TimelineJSON.Subject
    package var names: Names

    package init(timeline: Timeline, subject: TimelineJSON.Subject, names: Names) {
        self.timeline = timeline
        self.subject = subject
        self.names = names
    }
}

/// Why there is no timeline.
package enum TimelineError: Error, Equatable, Sendable {
    case unknownSource(String)
    /// It would end before it begins, or begin in the future.
    case nothingBetween(Timestamp, Timestamp)
    case tooManySlices(Int, of: TimelineStep)
    /// Others read snapshots already, and enough wait.
    case busy
}
