internal import RequestLog
package import RollingWindow

/// A group's requests by route and by what the cache did, to say where a trouble sits.
package struct Culprits: Sendable {
    private var byRoute: [String: Rollup] = [:]
    private var byCache: [CacheStatus: Rollup] = [:]
    private var total = Rollup()

    package init() {}

    package mutating func add(_ cell: Cell, of key: SeriesKey, route: String) {
        byRoute[route, default: Rollup()].add(cell, of: key)
        byCache[key.cache, default: Rollup()].add(cell, of: key)
        total.add(cell, of: key)
    }

    /// The routes with most of the trouble, at most five, the worst first; and what the sentence says of it.
    func shares(of trouble: HealthReading.Trouble) -> (routes: [String], words: String) {
        let whole = trouble.weight(in: total)
        guard whole > 0 else { return ([], "") }
        let routes = sorted(byRoute.map { (name: $0.key, weight: trouble.weight(in: $0.value)) })
        let caches = sorted(byCache.map { (name: $0.key.name, weight: trouble.weight(in: $0.value)) })
        var parts: [String] = []
        // What all of it shares, and what there is only one of, says nothing new.
        for worst in [byRoute.count > 1 ? routes.first : nil, byCache.count > 1 ? caches.first : nil] {
            guard let worst, 2 * worst.weight > whole else { continue }
            parts.append("\(HumanUnits.percent(ratio: worst.weight / whole)) % of it in \(worst.name)")
        }
        return (routes.filter { $0.weight > 0 }.prefix(5).map(\.name), parts.joined(separator: ", "))
    }

    private func sorted(_ shares: [(name: String, weight: Double)]) -> [(name: String, weight: Double)] {
        shares.sorted { $0.weight == $1.weight ? $0.name < $1.name : $0.weight > $1.weight }
    }
}

extension HealthReading.Trouble {
    /// How much of the trouble these requests are: failed, slow, without a hit, or their DB calls.
    fileprivate func weight(in rollup: Rollup) -> Double {
        switch measure {
        case .errorRatio: Double(rollup.errors)
        case .p50, .p90, .p95, .p99: Double(rollup.cell.durations.count(above: limit))
        case .dbCalls: Double(rollup.cell.calls.total.sum)
        case .hitRatio: Double(rollup.lookups - rollup.hits)
        case .requestRate: 0
        }
    }
}

extension HealthReading {
    /// Says in the checks and in the sentence where the troubles sit.
    package mutating func attribute(to culprits: Culprits) {
        var sentences: [String] = []
        for trouble in troubles {
            let (routes, words) = culprits.shares(of: trouble)
            guard let place = checks.firstIndex(where: { $0.name == trouble.check }) else { continue }
            checks[place].affectedEndpoints = routes
            sentences.append(words.isEmpty ? checks[place].output : "\(checks[place].output), \(words)")
        }
        // An unknown measure beside them has its own words.
        let known = Set(troubles.map(\.check))
        let others = checks.filter {
            $0.status != .pass && $0.observedValue == nil && !known.contains($0.name) && $0.name.hasPrefix("requests:")
        }
        if !sentences.isEmpty { output = (sentences + others.map(\.output)).joined(separator: "; ") }
    }
}
