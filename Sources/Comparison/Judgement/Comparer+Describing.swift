import RequestLog

/// What the report shows beside its rows: strata, witnesses, timelines.
extension Comparer {
    /// More strata than this are too many to look at.
    private static let mostStrata = 40

    mutating func describe(_ contrast: Contrast) {
        report.focus = report.leadingRow?.scope ?? .all
        let strata = contrast.strata(in: report.focus)
        addStrata(contrast, strata)
        for (kind, cache) in [(ComparisonReport.Witness.Kind.miss, CacheClass.miss), (.bypass, .bypass)] {
            add(kind, contrast, strata.filter { contrast.strata[$0].cache == cache })
        }
        let comparer = self
        let timelines = lanes.map([
            (before, layout.beforeWindows, layout.before), (after, layout.afterWindows, layout.after),
        ]) { comparer.timeline($0, $1, $2) }
        report.timeline = (timelines[0], timelines[1])
    }

    private mutating func addStrata(_ contrast: Contrast, _ strata: [Int]) {
        let wholes = (
            strata.reduce(0) { $0 + contrast.before.totals[$1].requests },
            strata.reduce(0) { $0 + contrast.after.totals[$1].requests }
        )
        let sorted = strata.sorted {
            contrast.before.totals[$0].requests + contrast.after.totals[$0].requests
                > contrast.before.totals[$1].requests + contrast.after.totals[$1].requests
        }
        report.strata += lanes.map(Array(sorted.prefix(Comparer.mostStrata))) { number in
            let (first, second) = (contrast.before.totals[number], contrast.after.totals[number])
            var stratum = ComparisonReport.Stratum(
                key: contrast.strata[number],
                share: (first.requests / max(1, wholes.0), second.requests / max(1, wholes.1)),
                requests: (UInt64(first.requests), UInt64(second.requests)), densities: ([], []), densitiesFrom: 0)
            let densities = (contrast.before.density(number), contrast.after.density(number))
            if let range = Comparer.filled(densities) {
                stratum.densities = (Array(densities.0[range]), Array(densities.1[range]))
                stratum.densitiesFrom = contrast.seconds(Double(range.lowerBound))
            }
            if min(first.timed, second.timed) >= 20,
                let estimate = ScopeEstimator(contrast, [number], metrics: [.p95]).quantiles[.p95]
            {
                let c = StudentT.quantile(upper: 0.025, estimate.degreesOfFreedom)
                stratum.p95 = (contrast.seconds(estimate.before), contrast.seconds(estimate.after))
                stratum.change = estimate.total
                stratum.ci95 = estimate.within(c, c)
            }
            return stratum
        }
    }

    private static func filled(_ densities: ([Double], [Double])) -> Range<Int>? {
        let filled = densities.0.indices.filter { densities.0[$0] > 0 || densities.1[$0] > 0 }
        guard let first = filled.first, let last = filled.last else { return nil }
        return first..<last + 1
    }

    private mutating func add(_ kind: ComparisonReport.Witness.Kind, _ contrast: Contrast, _ strata: [Int]) {
        let metric = report.leadingRow.flatMap { $0.metric.quantile == nil ? nil : $0.metric } ?? .p95
        let sizes = strata.map { min(contrast.before.totals[$0].timed, contrast.after.totals[$0].timed) }
        guard sizes.reduce(0, +) >= 40,
            let estimate = ScopeEstimator(contrast, strata, metrics: [metric]).quantiles[metric]
        else { return }
        let c = StudentT.quantile(upper: 0.025, estimate.degreesOfFreedom)
        report.witnesses.append(
            ComparisonReport.Witness(
                kind: kind, metric: metric, before: contrast.seconds(estimate.before),
                after: contrast.seconds(estimate.after), change: estimate.parts.within, ci95: estimate.within(c, c)))
    }

    /// The scope in focus, slice by slice.
    private func timeline(
        _ side: Side, _ windows: [Side.Window], _ map: SliceMap
    ) -> [ComparisonReport.Moment] {
        guard let first = windows.first, let last = windows.last else { return [] }
        let numbers = side.number(of: first.from)..<side.behind(last.to)
        var moments = numbers.map { slice in
            ComparisonReport.Moment(
                time: side.start(of: slice), requests: 0, errors: 0, hits: 0, lookups: 0,
                isExcluded: map.row(of: slice) < 0)
        }
        let strata = side.strata.filter { report.focus.contains(route: $0.key.route, method: $0.key.method) }
        var histograms = Histograms(strata, count: moments.count)
        for stratum in strata {
            let cache = stratum.key.cache
            stratum.cells.forEach { slice, cell in
                guard numbers.contains(slice) else { return }
                let place = Int(slice - numbers.lowerBound)
                moments[place].requests &+= cell.requests
                moments[place].errors &+= cell.errors
                if cache.isHit { moments[place].hits &+= cell.requests }
                if cache.isLookup { moments[place].lookups &+= cell.requests }
                for (index, count) in cell.buckets { histograms.add(count, at: index, to: place) }
            }
        }
        for place in moments.indices { moments[place].p95 = histograms.p95(place) }
        return moments
    }

    /// One for each slice, all of one width.
    private struct Histograms {
        private let lowest: Int32
        private let width: Int
        private var counts: [UInt64]

        init(_ strata: [Side.Stratum], count: Int) {
            lowest = strata.map(\.cells.lowest).min() ?? 0
            width = max(0, Int(strata.map(\.cells.highest).max() ?? 0) - Int(lowest) + 1)
            counts = [UInt64](repeating: 0, count: count * width)
        }

        mutating func add(_ count: UInt64, at index: Int32, to slice: Int) {
            counts[slice * width + Int(index - lowest)] &+= count
        }

        /// In seconds; nil without response times.
        func p95(_ slice: Int) -> Double? {
            let counts = counts[slice * width..<(slice + 1) * width]
            let total = counts.reduce(0, &+)
            guard total > 0 else { return nil }
            let rank = UInt64((0.95 * Double(total)).rounded(.up))
            var seen: UInt64 = 0
            for (place, count) in counts.enumerated() where count > 0 {
                seen &+= count
                if seen >= rank { return exponential((Double(lowest + Int32(place)) + 0.5) * Contrast.bucketWidth) }
            }
            return nil
        }
    }

    // MARK: What makes sides incomparable, seen only with the numbers

    /// A promise or a route that neither side has a request of is most likely a typing error.
    func unknownScopes(_ contrast: Contrast) -> [String] {
        let named = question.expectations.map(\.scope) + question.routes.map { Scope(route: $0) }
        var seen: Set<Scope> = []
        return named.filter { seen.insert($0).inserted && contrast.strata(in: $0).isEmpty }.map { scope in
            let routes = Set(contrast.strata.map(\.route)).sorted().prefix(8).joined(separator: ", ")
            return "neither side has a request of \(scope); there are \(routes)"
        }
    }

    /// Logs whose clocks tick differently, where that is more than a hundredth of what is compared.
    func coarseClock() -> [String] {
        let resolutions = resolutionSeconds
        guard resolutions.before > 0, resolutions.after > 0 else { return [] }
        let ratio = resolutions.before / resolutions.after
        guard ratio >= 10 || ratio <= 0.1 else { return [] }
        let rows = report.rows.filter { $0.metric.quantile != nil && ($0.role == .promised || $0.scope == .all) }
        let coarse = rows.filter { row in
            max(resolutions.before / (2 * row.before), resolutions.after / (2 * row.after)) > 0.01
        }
        let judged = coarse.filter { $0.role == .promised }
        guard let row = question.expectations.isEmpty ? coarse.first : judged.first else { return [] }
        return [
            "the log's clock changed its resolution between the sides, from \(Comparer.text(resolutions.before)) to "
                + "\(Comparer.text(resolutions.after)), which is much of a \(row.metric.rawValue) of "
                + "\(Comparer.text(row.before))"
        ]
    }

    private static func text(_ seconds: Double) -> String {
        let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]
        let unit = units.first { seconds >= $0.0 * 0.999 } ?? units[3]
        return "\((seconds / unit.0 * 10).rounded() / 10) \(unit.1)".replacingPointZero
    }
}

extension String {
    /// `1.0 ms` is `1 ms`.
    fileprivate var replacingPointZero: String {
        let parts = split(separator: " ")
        return parts[0].hasSuffix(".0") ? "\(parts[0].dropLast(2)) \(parts[1])" : self
    }
}

extension Half {
    /// Shares of a stratum's response times, by bucket.
    func density(_ stratum: Int) -> [Double] {
        (0..<width).map { bucket in
            let place = stratum * width + bucket
            return cumulative[place] - (bucket > 0 ? cumulative[place - 1] : 0)
        }
    }
}
