internal import RequestLog
internal import RollingWindow

/// What PRODUCT calls METRICS, and the rows around it.
extension JSONWriter {
    /// `from` and `to`, null where there is nothing.
    mutating func span(of view: SeriesView) {
        key("from")
        value(view.from?.description)
        key("to")
        value(view.to?.description)
    }

    /// `total` and `routes` of one source.
    mutating func rollups(of view: SeriesView, source: NameID) {
        key("total")
        object { $0.metrics(view.total) }
        key("routes")
        let rows = view.rows(by: .byRoute)
        array(.lines) { json in
            for row in rows {
                json.object { json in
                    json.key("route")
                    json.value(view.names[row.key.route])
                    json.metrics(row.rollup)
                }
            }
        }
    }

    mutating func series(_ rows: [SeriesRow], by grouping: SeriesGrouping, names: Names) {
        key("series")
        array(.lines) { json in
            for row in rows {
                json.object { json in
                    for dimension in grouping.dimensions { json.dimension(dimension, of: row.key, names: names) }
                    json.metrics(row.rollup)
                }
            }
        }
    }

    mutating func dimension(_ dimension: SeriesDimension, of series: SeriesKey, names: Names) {
        key(dimension.rawValue)
        switch dimension {
        case .status: value(Int(series.status))
        case .version where series.version == .none: null()
        default: value(dimension.text(of: series, names: names))
        }
    }

    mutating func metrics(_ rollup: Rollup) {
        let cell = rollup.cell
        key("requests")
        value(cell.requests)
        key("errors")
        value(rollup.errors)
        key("error_ratio")
        value(rollup.errorRatio)
        key("hit_ratio")
        value(rollup.hitRatio)
        key("bypass_ratio")
        value(rollup.bypassRatio)
        key("bytes")
        if cell.bytes.count == 0 { null() } else { value(cell.bytes.sum) }
        key("db_calls")
        calls(cell.calls)
        key("db_seconds")
        time(cell.dbTime)
        key("upstream_seconds")
        time(cell.upstreamTime)
        key("duration_seconds")
        durations(cell.durations)
    }

    private mutating func calls(_ calls: Calls) {
        guard calls.total.count > 0 else { return null() }
        object { json in
            json.key("requests")
            json.value(calls.total.count)
            json.key("sum")
            json.value(calls.total.sum)
            json.key("mean")
            json.value(calls.total.mean)
            for (name, fraction) in [("p50", 0.5), ("p95", 0.95)] {
                json.key(name)
                let quantile = calls.quantile(fraction)
                if let whole = quantile.flatMap(Int64.init(exactly:)) {
                    json.value(whole)
                } else {
                    json.estimate(quantile)
                }
            }
            json.key("max")
            json.value(calls.extremes.max)
        }
    }

    private mutating func time(_ total: Total) {
        guard total.count > 0 else { return null() }
        object { $0.sumAndMean(total) }
    }

    /// The mean is the quotient of the two numbers as a reader sees them.
    private mutating func sumAndMean(_ total: Total) {
        key("sum")
        seconds(nanoseconds: total.sum)
        key("mean")
        value(Double(total.sum) / 1e9 / Double(total.count))
    }

    private mutating func durations(_ durations: Durations) {
        guard durations.total.count > 0 else { return null() }
        object { json in
            json.key("count")
            json.value(durations.total.count)
            json.sumAndMean(durations.total)
            json.key("min")
            json.seconds(nanoseconds: Int128(durations.extremes.min))
            for (name, fraction) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)] {
                json.key(name)
                json.estimate(durations.quantile(fraction))
            }
            json.key("max")
            json.seconds(nanoseconds: Int128(durations.extremes.max))
        }
    }
}
