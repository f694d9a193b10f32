internal import RequestLog
internal import RollingWindow

extension RouteStory {
    /// Kinds whose medians are this close make one body.
    private static let widestBody = 2.5
    private static let wideTail = 4.0

    /// "98 % of /orders takes 12–40 ms; the rest are misses around 180 ms with 30+ DB calls".
    func sentence(_ names: Names) -> String {
        let everything = together { _ in true }.durations
        guard let body = body(), let (low, high) = limits(of: body, everything) else { return path.text(names) }
        let within = everything.share(upTo: high)
        var text = "\(Words.percent(within)) of \(path.text(names)) takes \(Words.range(low, high))"
        let rest = rest(above: high)
        guard let rest else { return text }
        text += "; the rest \(rest.words) around \(Words.duration(rest.median))"
        if let calls = rest.calls, calls >= 2 { text += " with \(Words.whole(calls))+ DB calls" }
        return text
    }

    /// The fast kinds that belong together: nil where nothing has a duration.
    private func body() -> Durations? {
        let all = kinds.reduce(0) { $0 + $1.evidence.requests }
        // A handful of fast requests is not what a route is like.
        guard let first = kinds.first(where: { Double($0.evidence.requests) >= 0.05 * Double(all) }) else { return nil }
        var body = Durations()
        for (_, evidence, median) in kinds where median <= RouteStory.widestBody * first.median {
            body.add(evidence.durations)
        }
        return body
    }

    /// From the 2nd percentile to the last one that is not tail.
    private func limits(of body: Durations, _ everything: Durations) -> (low: Double, high: Double)? {
        guard let low = body.quantile(0.02), let median = body.quantile(0.5) else { return nil }
        for fraction in [0.99, 0.98, 0.95] {
            if let high = body.quantile(fraction), high <= RouteStory.wideTail * median { return (low, high) }
        }
        return body.quantile(0.9).map { (low, $0) }
    }

    /// What is slower than the body: its kinds as words, their median, and calls that three of four of them need.
    private func rest(above high: Double) -> (words: String, median: Double, calls: Double?)? {
        let index = DurationScale.index(ofSeconds: high)
        var slow = kinds.map { kind, evidence, _ in
            (kind: kind, evidence: evidence, above: evidence.durations.buckets.above(index))
        }
        .filter { $0.above.total > 0 }
        slow.sort { $0.above.total > $1.above.total }
        let all = slow.reduce(0) { $0 + $1.above.total }
        guard all > 0 else { return nil }
        var (named, seen): ([RequestKind], UInt64) = ([], 0)
        var (durations, calls) = (Buckets(), Calls())
        for part in slow {
            durations.add(part.above)
            guard named.count < 2, Double(seen) < 0.8 * Double(all) else { continue }
            named.append(part.kind)
            calls.add(part.evidence.calls)
            seen &+= part.above.total
        }
        guard let middle = durations.index(ofRank: nearestRank(0.5, of: durations.total)) else { return nil }
        let words = named.map(\.plural).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let verb = Double(seen) < 0.95 * Double(all) ? "are mostly" : "are"
        return (
            "\(verb) \(words.joined(separator: " and "))", DurationScale.middle(middle), calls.quantile(0.25)
        )
    }
}

extension Durations {
    fileprivate func share(upTo seconds: Double) -> Double {
        let index = DurationScale.index(ofSeconds: seconds)
        return 1 - Double(buckets.above(index).total) / Double(total.count)
    }
}

extension Buckets {
    /// Those behind an index.
    fileprivate func above(_ index: Int32) -> Buckets {
        let first = max(0, Int(index) + 1 - Int(lowest))
        guard first < width else { return Buckets() }
        return Buckets(lowest: lowest + Int32(first), counts: Array(counts[first...]))
    }
}
