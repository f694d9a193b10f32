import Foundation

/// The truth once more, the slow way: from parsed lines, with dictionaries and sorting.
struct NaiveTruth {
    var lines: [ParsedLine]

    var total: [String: Any] { NaiveTruth.metrics(lines) }

    var routes: [[String: Any]] {
        Dictionary(grouping: lines, by: \.route).map { route, lines in
            NaiveTruth.metrics(lines).merging(["route": route]) { _, new in new }
        }
        .sorted { NaiveTruth.order($0, $1, ["route"]) }
    }

    var series: [[String: Any]] {
        let keys = ["route", "method", "status", "cache", "segment", "version"]
        return Dictionary(grouping: lines) {
            [$0.route, $0.method, String($0.status), $0.cache, $0.segment, $0.version]
        }
        .map { values, lines in
            var all = NaiveTruth.metrics(lines)
            for (key, value) in zip(keys, values) { all[key] = key == "status" ? Int(value) as Any : value }
            all["source"] = "main"
            return all
        }
        .sorted { NaiveTruth.order($0, $1, keys) }
    }

    private static func order(_ left: [String: Any], _ right: [String: Any], _ keys: [String]) -> Bool {
        let counts = (left["requests"] as? Int ?? 0, right["requests"] as? Int ?? 0)
        if counts.0 != counts.1 { return counts.0 > counts.1 }
        return keys.map { "\(left[$0] ?? "")" }.lexicographicallyPrecedes(keys.map { "\(right[$0] ?? "")" })
    }

    private static func metrics(_ lines: [ParsedLine]) -> [String: Any] {
        let count = lines.count
        let errors = lines.filter { (500...599).contains($0.status) }.count
        let hits = lines.filter { ["hit", "stale", "revalidated"].contains($0.cache) }.count
        let misses = lines.filter { ["miss", "expired"].contains($0.cache) }.count
        let bypasses = lines.filter { $0.cache == "bypass" }.count
        let durations = lines.map(\.microseconds).sorted()
        let calls = lines.map(\.calls).sorted()
        func seconds(_ microseconds: Int) -> Double { Double(microseconds) / 1e6 }
        func mean(_ sum: Int) -> Double { Double(sum) / Double(count) }
        func nearestRank(_ sorted: [Int], _ percent: Int) -> Int {
            // The smallest value that at least `percent` of all values do not exceed.
            var rank = 1
            while rank * 100 < percent * sorted.count { rank += 1 }
            return sorted[rank - 1]
        }
        let dbSum = lines.reduce(0) { $0 + $1.dbMicroseconds }
        let sum = durations.reduce(0, +)
        return [
            "requests": count, "errors": errors, "error_ratio": Double(errors) / Double(count),
            "hit_ratio": hits + misses == 0 ? NSNull() as Any : Double(hits) / Double(hits + misses),
            "bypass_ratio": lines.allSatisfy { $0.cache == "none" } ? NSNull() as Any : mean(bypasses),
            "bytes": lines.reduce(0) { $0 + $1.bytes },
            "db_calls": [
                "requests": count, "sum": calls.reduce(0, +), "mean": mean(calls.reduce(0, +)),
                "p50": nearestRank(calls, 50), "p95": nearestRank(calls, 95), "max": calls[count - 1],
            ] as [String: Any],
            "db_seconds": ["sum": seconds(dbSum), "mean": seconds(dbSum) / Double(count)],
            "upstream_seconds": NSNull(),
            "duration_seconds": [
                "count": count, "sum": seconds(sum), "mean": seconds(sum) / Double(count),
                "min": seconds(durations[0]), "p50": seconds(nearestRank(durations, 50)),
                "p90": seconds(nearestRank(durations, 90)), "p95": seconds(nearestRank(durations, 95)),
                "p99": seconds(nearestRank(durations, 99)), "max": seconds(durations[count - 1]),
            ] as [String: Any],
        ]
    }
}

/// Where two JSON values differ; nil where they do not. Whole numbers must be equal, others to 1e-12 relative.
func difference(_ left: Any, _ right: Any, at place: String = "") -> String? {
    switch (left, right) {
    case (let left as [String: Any], let right as [String: Any]):
        guard Set(left.keys) == Set(right.keys) else {
            return "\(place): keys \(left.keys.sorted()), \(right.keys.sorted())"
        }
        return left.keys.sorted().lazy.compactMap { key in
            difference(left[key] ?? NSNull(), right[key] ?? NSNull(), at: "\(place).\(key)")
        }.first
    case (let left as [Any], let right as [Any]):
        guard left.count == right.count else { return "\(place): \(left.count) elements, \(right.count)" }
        return left.indices.lazy.compactMap { difference(left[$0], right[$0], at: "\(place)[\($0)]") }.first
    case (is NSNull, is NSNull): return nil
    case (let left as String, let right as String): return left == right ? nil : "\(place): \(left), \(right)"
    case (let left as NSNumber, let right as NSNumber):
        let (first, second) = (left.doubleValue, right.doubleValue)
        if first == second { return nil }
        let isWhole = first == first.rounded() && second == second.rounded()
        let isClose = abs(first - second) <= 1e-12 * max(abs(first), abs(second))
        return !isWhole && isClose ? nil : "\(place): \(first), \(second)"
    default: return "\(place): \(left), \(right)"
    }
}
