internal import RequestLog

/// The families about the agent itself.
extension MetricsWriter {
    mutating func agent(_ agent: AgentMetrics) {
        intake(agent)
        series(agent)
        commits(agent)
        for incident in agent.incidents {
            counter("plumbline_agent_\(incident.name)_total", incident.help, incident.count)
        }
        begin(MetricFamily("plumbline_agent_build_info", .info, "The release of the agent; always 1."))
        sample(Self.labels([("version", agent.version)]), .count(1))
        instant("plumbline_agent_start_time_seconds", "When the agent started, Unix time.", agent.startTime)
    }

    private mutating func intake(_ agent: AgentMetrics) {
        gauge("plumbline_agent_inputs", "Open inputs.", .count(agent.inputs))
        counter("plumbline_agent_input_bytes_total", "Bytes read from the inputs, uncompressed.", agent.inputBytes)
        lines(agent.lines)
        counter("plumbline_agent_lost_bytes_total", "Bytes that vanished before they could be read.", agent.lostBytes)
        counter(
            "plumbline_agent_lost_datagrams_total", "Datagrams that the kernel dropped before they could be read.",
            agent.lostDatagrams)
        counter(
            "plumbline_agent_skipped_bytes_total", "Bytes passed over at the first start.", agent.skippedAtStartBytes)
        gauge("plumbline_agent_lag_bytes", "Bytes in the inputs that are not yet read.", .count(agent.lagBytes))
        if let lag = agent.lag {
            gauge(
                "plumbline_agent_lag_seconds", "How far the agent is behind the newest line of the inputs.",
                .nanoseconds(Int128(lag.nanoseconds)))
        }
    }

    /// Every outcome is there from the start: a counter that appears with its first increment hides it from `rate`.
    private mutating func lines(_ counts: LineCounts) {
        begin(
            MetricFamily(
                "plumbline_agent_lines_total", .counter,
                "Lines read, by what became of them; they add up to all lines."))
        let outcomes = [
            ("accepted", counts.accepted), ("blank", counts.blank), ("filtered", counts.filtered),
            ("continuation", counts.continuation), ("header", counts.header),
        ]
        for (outcome, count) in outcomes { line(outcome, reason: "", count) }
        for reason in RejectReason.allCases { line("rejected", reason: reason.name, counts[reason]) }
    }

    private mutating func line(_ outcome: String, reason: String, _ count: UInt64) {
        sample(Self.labels([("outcome", outcome), ("reason", reason)]), .count(count))
    }

    private mutating func series(_ agent: AgentMetrics) {
        gauge("plumbline_agent_series", "Series in the longest window.", .count(agent.activeSeries))
        gauge(
            "plumbline_agent_committed_series", "Series in the committed totals.", .count(agent.counterSeries)
        )
    }

    private mutating func commits(_ agent: AgentMetrics) {
        counter("plumbline_agent_commits_total", "Commits since the start.", agent.commits)
        counter("plumbline_agent_commit_failures_total", "Commits that failed since the start.", agent.commitFailures)
        gauge(
            "plumbline_agent_uncommitted_lines", "Lines counted and not yet committed.",
            .count(agent.uncommittedLines))
        gauge("plumbline_agent_degraded", "1 while the disk takes no commits.", .count(agent.degraded ? 1 : 0))
        if let last = agent.lastCommit {
            instant("plumbline_agent_last_commit_timestamp_seconds", "When the last commit was made, Unix time.", last)
        }
    }

    private mutating func instant(_ name: String, _ help: String, _ time: Timestamp) {
        gauge(name, help, .nanoseconds(Int128(time.nanoseconds)))
    }
}
