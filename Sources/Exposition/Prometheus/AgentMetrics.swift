package import RequestLog

/// What the agent says of itself on `/metrics`.
///
/// Counters hold what is committed, so they never decrease over a restart; `uncommittedLines` and the lag say how far
/// the agent is ahead of them. `commits`, `commitFailures` and the overflow counters begin at 0 with the process.
package struct AgentMetrics: Sendable {
    package var version = ""
    /// When this process started.
    package var startTime = Timestamp(nanoseconds: 0)
    /// Open inputs.
    package var inputs = 0
    /// Every byte read from the inputs, uncompressed.
    package var inputBytes: UInt64 = 0
    package var lines = LineCounts()
    /// Bytes that vanished before they could be read.
    package var lostBytes: UInt64 = 0
    /// Datagrams that the kernel dropped before they could be read.
    package var lostDatagrams: UInt64 = 0
    /// Bytes that were there at the first start and were passed over.
    package var skippedAtStartBytes: UInt64 = 0
    /// Bytes in the inputs that are not yet read.
    package var lagBytes: UInt64 = 0
    /// How far behind the newest byte the agent is: 0 when everything is read, nil when that is not known.
    package var lag: Timestamp.Span?
    /// Series in the longest window.
    package var activeSeries = 0
    /// Series in the committed totals.
    package var counterSeries = 0
    package var commits: UInt64 = 0
    package var commitFailures: UInt64 = 0
    /// Lines that are counted in the windows and not yet committed.
    package var uncommittedLines: UInt64 = 0
    /// The disk does not take commits: the windows go on, the snapshots do not.
    package var degraded = false
    /// Nil before the first commit of this process.
    package var lastCommit: Timestamp?

    /// What limits refused, what had to be done again, what went another way than it should.
    package var incidents: [IncidentCount] = []

    package init() {}
}

/// How often something happened since the start that an operator may want to know of.
package struct IncidentCount: Equatable, Sendable {
    /// Behind `plumbline_agent_` and before `_total`.
    package var name: String
    package var help: String
    package var count: UInt64

    package init(_ name: String, _ help: String, _ count: UInt64) {
        self.name = name
        self.help = help
        self.count = count
    }
}
