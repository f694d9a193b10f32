package import RequestLog
package import RollingWindow

/// What a timeline is asked for.
package struct TimelineQuery: Equatable, Sendable {
    package enum Instant: Equatable, Sendable {
        case at(Timestamp)
        case beforeNow(Timestamp.Span)

        package func resolved(now: Timestamp) -> Timestamp {
            switch self {
            case .at(let instant): instant
            case .beforeNow(let span): now - span
            }
        }
    }

    package enum Range: Equatable, Sendable {
        /// The slices of a rolling window, as they are.
        case window(WindowLength)
        case stretch(from: Instant, to: Instant)
    }

    package var range: Range
    /// Nil: as the range suggests.
    package var step: TimelineStep?
    /// Of this route alone.
    package var route: String?
    /// Of this source instead of the primary one.
    package var source: String?
    /// What the requests are grouped by, besides.
    package var grouping: TimelineGrouping?
    /// Whether the latency histograms are wanted.
    package var hasHistograms = false

    package init(range: Range) { self.range = range }
}

/// What a timeline can be grouped by.
package enum TimelineGrouping: String, CaseIterable, Sendable {
    case route, method, status, cache, segment

    package var dimension: SeriesDimension { SeriesDimension(rawValue: rawValue)! }

    /// What a timeline looks at of a series: its group, whether it failed, and its share of the cache.
    package static func essence(of key: SeriesKey, by grouping: TimelineGrouping?) -> SeriesKey {
        var essence = grouping?.group(of: key) ?? blank(of: key)
        essence.cache = key.cache
        if grouping != .status { essence.status = key.isError ? 500 : 0 }
        return essence
    }

    private static func blank(of key: SeriesKey) -> SeriesKey {
        SeriesKey(
            source: key.source, route: .none, method: .other, status: 0, cache: .none, segment: .unknown,
            version: .none)
    }

    /// The key of the group: everything else is alike. A day has millions of series, so nothing is searched for here.
    func group(of key: SeriesKey) -> SeriesKey {
        var group = TimelineGrouping.blank(of: key)
        switch self {
        case .route: group.route = key.route
        case .method: group.method = key.method
        case .status: group.status = key.status
        case .cache: group.cache = key.cache
        case .segment: group.segment = key.segment
        }
        return group
    }
}
