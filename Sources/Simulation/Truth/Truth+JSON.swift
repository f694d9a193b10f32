import RequestLog

extension Truth {
    /// The truth as `plumbline.truth.v1`: names and nesting of `plumbline.summary.v1`, so both can be held side by side.
    ///
    /// Routes and series come with the most requests first, then by their names. Sums of seconds are exact decimals;
    /// means and ratios are doubles, divided once. Quantiles are exact nearest ranks. `from` and `to` are the instants on
    /// the first and the last line.
    package func json() -> [UInt8] {
        var json = JSONText()
        json.object {
            $0.put("schema", "plumbline.truth.v1")
            $0.put("from", first?.description)
            $0.put("to", last?.description)
            $0.object("ledger") {
                $0.put("bytes", lineBytes)
                $0.put("lines", lines)
                $0.put("accepted", lines)
                for outcome in ["blank", "filtered", "continuation", "header"] { $0.put(outcome, UInt64(0)) }
                $0.object("rejected") { _ in }
                for missing in ["unfinished", "skipped_at_start", "lost_bytes"] { $0.put(missing, UInt64(0)) }
            }
            $0.object("total") { $0.put(total) }
            $0.array("routes") {
                for (route, measures) in measuresByRoute {
                    $0.object {
                        $0.put("route", route)
                        $0.put(measures)
                    }
                }
            }
            $0.array("series") {
                for series in sortedSeries { $0.object { put(series, &$0) } }
            }
        }
        return json.bytes + [0x0a]
    }

    /// All requests together.
    package var total: Measures { sum(series) }

    private var measuresByRoute: [(route: String, measures: Measures)] {
        Dictionary(grouping: series) { routes[$0.endpoint] }
            .map { (route: $0.key, measures: sum($0.value)) }
            .sorted { ($1.measures.requests, $0.route) < ($0.measures.requests, $1.route) }
    }

    private var sortedSeries: [Series] {
        series.map { series in
            var sorted = series
            sorted.measures.sortDurations()
            return sorted
        }
        .sorted {
            if $0.measures.requests != $1.measures.requests { return $0.measures.requests > $1.measures.requests }
            return name($0).lexicographicallyPrecedes(name($1))
        }
    }

    private func name(_ series: Series) -> [String] {
        [
            routes[series.endpoint], methods[series.endpoint].name, String(series.status), series.cache.name,
            series.segment.name, versions[series.version],
        ]
    }

    private func sum(_ parts: [Series]) -> Measures {
        var sum = Measures()
        for part in parts { sum.add(part.measures) }
        sum.sortDurations()
        return sum
    }

    private func put(_ series: Series, _ json: inout JSONText) {
        json.put("source", source)
        json.put("route", routes[series.endpoint])
        json.put("method", methods[series.endpoint].name)
        json.put("status", UInt64(series.status))
        json.put("cache", series.cache.name)
        json.put("segment", series.segment.name)
        json.put("version", versions[series.version])
        json.put(series.measures)
    }
}

extension JSONText {
    /// METRICS; the durations must be sorted. Of no requests, what would be a ratio, mean or quantile is null.
    fileprivate mutating func put(_ measures: Truth.Measures) {
        let count = measures.requests
        put("requests", count)
        put("errors", measures.errors)
        put("error_ratio", ratio(measures.errors, count))
        put("hit_ratio", ratio(measures.hits, measures.lookups))
        put("bypass_ratio", measures.cacheKnown == 0 ? nil : ratio(measures.bypasses, count))
        put("bytes", UInt64(measures.bytes))
        object("db_calls") {
            $0.put("requests", count)
            $0.put("sum", UInt64(measures.dbCalls))
            $0.put("mean", ratio(UInt64(measures.dbCalls), count))
            $0.put("p50", count == 0 ? nil : UInt64(measures.calls(percent: 50)))
            $0.put("p95", count == 0 ? nil : UInt64(measures.calls(percent: 95)))
            $0.put("max", count == 0 ? nil : UInt64(measures.mostCalls))
        }
        object("db_seconds") {
            $0.put("sum", microseconds: measures.dbMicroseconds)
            $0.put("mean", meanSeconds(measures.dbMicroseconds, count))
        }
        put("upstream_seconds", String?.none)
        object("duration_seconds") {
            $0.put("count", count)
            $0.put("sum", microseconds: measures.durationMicroseconds)
            $0.put("mean", meanSeconds(measures.durationMicroseconds, count))
            for (name, percent) in [("min", 0), ("p50", 50), ("p90", 90), ("p95", 95), ("p99", 99), ("max", 100)] {
                $0.put(name, microseconds: count == 0 ? nil : measures.sortedDuration(percent: percent))
            }
        }
    }
}

private func ratio(_ part: UInt64, _ whole: UInt64) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }

private func meanSeconds(_ microseconds: Int64, _ count: UInt64) -> Double? {
    count == 0 ? nil : Double(microseconds) / (Double(count) * 1e6)
}
