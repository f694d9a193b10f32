package import RequestLog
internal import RollingWindow

/// `/api/v1/timeline`: columns, so that a chart takes them as they are and a day of them is not long.
package enum TimelineJSON {
    /// Rows of the histograms are a quarter of a doubling high.
    fileprivate static let coarseness: Int32 = 3
    fileprivate static let bucketsPerDoubling = Int(DurationScale.bucketsPerDoubling) >> 3

    /// What a timeline is of, for the answer to say so.
    package struct Subject: Equatable, Sendable {
        package var source: String
        package var route: String?
        package var grouping: TimelineGrouping?
        package var hasHistograms: Bool
        /// The oldest instant that anything is known of; nil where nothing is.
        package var earliest: Timestamp?

        package init(
            source: String, route: String?, grouping: TimelineGrouping?, hasHistograms: Bool, earliest: Timestamp? = nil
        ) {
            self.source = source
            self.route = route
            self.grouping = grouping
            self.hasHistograms = hasHistograms
            self.earliest = earliest
        }
    }

    package static func render(_ timeline: Timeline, of subject: Subject, names: Names) -> [UInt8] {
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("from")
            json.value(timeline.from.description)
            json.key("to")
            json.value(timeline.to.description)
            json.key("step_seconds")
            json.seconds(nanoseconds: Int128(timeline.step.nanoseconds))
            json.key("source")
            json.value(subject.source)
            json.key("route")
            json.value(subject.route)
            json.key("earliest")
            json.value(subject.earliest?.description)
            json.key("total")
            json.object { $0.metrics(timeline.total) }
            json.key("slices")
            json.slices(timeline)
            if subject.hasHistograms {
                json.key("histogram")
                json.histogram(timeline.slices.map(\.cell.durations))
            }
            if let grouping = subject.grouping { json.groups(timeline, by: grouping, subject, names) }
        }
        return json.finish()
    }
}

extension JSONWriter {
    fileprivate mutating func column(_ name: String, _ values: some Sequence<Double?>) {
        key(name)
        array { json in for value in values { json.estimate(value) } }
    }

    fileprivate mutating func column(_ name: String, counts: some Sequence<UInt64>) {
        key(name)
        array { json in for count in counts { json.value(count) } }
    }

    fileprivate mutating func slices(_ timeline: Timeline) {
        let slices = timeline.slices
        object(.lines) { json in
            json.column("requests", counts: slices.lazy.map(\.cell.requests))
            json.column("errors", counts: slices.lazy.map(\.errors))
            json.column("hit_ratio", slices.lazy.map(\.hitRatio))
            json.column("bypass_ratio", slices.lazy.map(\.bypassRatio))
            json.column("db_calls", slices.lazy.map(\.cell.calls.total.mean))
            json.column("db_calls_p95", slices.lazy.map { $0.cell.calls.quantile(0.95) })
            for (name, fraction) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)] {
                json.column(name, slices.lazy.map { $0.cell.durations.quantile(fraction) })
            }
        }
    }

    /// Row after row of counts, from the lowest bucket that any of them has; zeros at a row's end are left out.
    fileprivate mutating func histogram(_ rows: [Durations]) {
        let rows = rows.map { $0.buckets.coarser(by: TimelineJSON.coarseness) }
        let filled = rows.filter { !$0.isEmpty }
        let lowest = filled.map(\.lowest).min()
        object { json in
            json.key("buckets_per_doubling")
            json.value(TimelineJSON.bucketsPerDoubling)
            json.key("lowest")
            if let lowest { json.value(Int(lowest)) } else { json.null() }
            json.key("counts")
            json.array { json in
                for row in rows {
                    json.array { json in
                        guard let lowest, !row.isEmpty else { return }
                        for _ in lowest..<row.lowest { json.value(0) }
                        for count in row.counts { json.value(count) }
                    }
                }
            }
        }
    }

    fileprivate mutating func groups(
        _ timeline: Timeline, by grouping: TimelineGrouping, _ subject: TimelineJSON.Subject, _ names: Names
    ) {
        key("groups_left_out")
        value(timeline.groupsLeftOut)
        key("trend_step_seconds")
        seconds(nanoseconds: Int128(timeline.trendStep.nanoseconds))
        key("groups")
        let order = SeriesOrder(of: timeline.groups.keys, names: names)
        let keys = order.sorted(timeline.groups.keys) { timeline.groups[$0]?.rollup.cell.requests ?? 0 }
        array(.lines) { json in
            for key in keys {
                guard let group = timeline.groups[key] else { continue }
                json.object { json in
                    json.dimension(grouping.dimension, of: key, names: names)
                    json.metrics(group.rollup)
                    // Of hundreds of routes that would be most of the answer.
                    if subject.hasHistograms, grouping != .route {
                        json.key("histogram")
                        json.histogram([group.rollup.cell.durations])
                    }
                    json.key("trend")
                    json.trend(group.trend)
                }
            }
        }
    }

    private mutating func trend(_ parts: [TrendPart]) {
        guard !parts.isEmpty else { return null() }
        object { json in
            json.column("requests", counts: parts.lazy.map(\.requests))
            for (name, fraction) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
                json.column(name, parts.lazy.map { $0.quantile(fraction) })
            }
        }
    }
}
