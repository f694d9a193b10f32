import RequestLog

/// Where the drift between windows is known from, and what it is for a metric of a scope.
struct DriftSource {
    let drift: Drift
    /// Windows in which nothing was done.
    private let windows: [(side: Side, window: Side.Window)]
    private let beforeWindows: Int
    /// What the windows have, by the strata of the contrast.
    private var totals: [Half.Totals] = []

    init(_ question: ComparisonQuestion, _ layout: Layout, _ before: Side, _ history: [Side]) {
        beforeWindows = layout.beforeWindows.count
        var windows: [(side: Side, window: Side.Window)] = []
        if beforeWindows > 1 { windows += layout.beforeWindows.map { (before, $0) } }
        windows += history.flatMap { side in side.windows.map { (side, $0) } }
        windows = windows.filter { entry in
            !entry.side.marks.contains { entry.window.contains($0.time) } && entry.side.facts.requests > 0
        }.sorted { $0.window.from < $1.window.from }
        let length = layout.beforeWindows.reduce(0.0) { $0 + ($1.to - $1.from).seconds } / Double(max(1, beforeWindows))
        let standard: Double
        switch question.drift {
        case .standard: standard = Drift.standardAllowance(windowSeconds: length)
        case .allowance(let tau): standard = tau
        }
        let isChain = DriftSource.isChain(windows.map(\.window), before: layout.beforeWindows.first)
        if layout.isConcurrent {
            drift = Drift(source: .concurrent, windows: 0, tau: 0)
            self.windows = []
        } else if question.drift == .standard, !isChain, windows.count >= Drift.fewestHistoryWindows {
            drift = Drift(source: .history, windows: windows.count, tau: 0)
            self.windows = windows
        } else if question.drift == .standard, isChain, windows.count >= Drift.fewestChainWindows {
            drift = Drift(source: .chain, windows: windows.count, tau: 0)
            self.windows = windows
        } else {
            drift = Drift(source: .allowance, windows: beforeWindows, tau: standard)
            self.windows = []
        }
    }

    /// One after the other without a gap.
    private static func isChain(_ windows: [Side.Window], before: Side.Window?) -> Bool {
        guard windows.count > 1 else { return false }
        return zip(windows, windows.dropFirst()).allSatisfy { $0.to == $1.from }
    }

    /// Looks at the windows once, for every scope.
    mutating func look(at contrast: Contrast) {
        totals = windows.map { entry in
            Half.Totals(
                Half.cells(of: entry.side, contrast.strata), SliceMap([entry.window], width: entry.side.sliceWidth),
                zerosAt: Half.zeroBucket(entry.side.facts.resolutionNanoseconds))
        }
    }

    func evidence(_ metric: Metric, _ estimator: ScopeEstimator) -> DriftEvidence? {
        let values = totals.compactMap { estimator.value(of: metric, in: $0) }
        return drift.source == .history
            ? DriftEvidence(history: values, beforeWindows: beforeWindows) : DriftEvidence(chain: values)
    }
}
