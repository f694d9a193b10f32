package import RequestLog
internal import RollingWindow

/// Database calls per request, by kind, and the kinds whose calls look like an N+1 query.
///
/// A kind is named when its calls grow with the size of the response, which the slices tell (`SliceMoments`), or when
/// they jumped against an earlier time.
package struct CallWatch: Equatable, Sendable {
    package struct Distribution: Equatable, Sendable {
        package var kind: RequestKind
        package var requests: UInt64
        package var mean: Double
        package var median: Double
        package var p95: Double
        package var most: Int64
    }

    /// Calls at one deviation of the response size below and above the mean.
    package struct Growth: Equatable, Sendable {
        package var callsOfSmall: Double
        package var callsOfLarge: Double
        package var callsPerKibibyte: Double
        package var correlation: Double
        package var slices: Int
    }

    package struct Jump: Equatable, Sendable {
        package var meanBefore: Double
        package var meanNow: Double
    }

    package struct Finding: Equatable, Sendable {
        package var calls: Distribution
        package var growth: Growth?
        package var jump: Jump?
        /// A sentence; it holds the route as it was in the log.
        package var reason: String
    }

    /// Of every kind that has any, the most calls in all first.
    package private(set) var distributions: [Distribution] = []
    /// The steepest first.
    package private(set) var findings: [Finding] = []

    /// Fewer requests of a kind say nothing.
    package static let fewestRequests: UInt64 = 100
    static let weakestCorrelation = 0.3
    static let smallestT = 4.0
    static let smallestGrowth = 3.0
    static let smallestJump = 2.0
    static let smallestJumpFactor = 1.5

    package init(_ evidence: InsightEvidence, earlier: InsightEvidence? = nil, names: Names) {
        for (kind, known) in evidence.kinds {
            guard let distribution = Distribution(kind, known.calls) else { continue }
            distributions.append(distribution)
            guard distribution.requests >= CallWatch.fewestRequests else { continue }
            let growth = Growth(known.pages)
            let jump = Jump(from: earlier?.kinds[kind]?.calls, to: known.calls)
            guard growth != nil || jump != nil else { continue }
            findings.append(
                Finding(
                    calls: distribution, growth: growth, jump: jump,
                    reason: CallWatch.reason(distribution, growth, jump, names)))
        }
        let name = { (kind: RequestKind) in
            "\(kind.path.text(names)) \(kind.segment.rawValue) \(kind.cache.rawValue)"
        }
        distributions.sort {
            let (left, right) = (-$0.mean * Double($0.requests), -$1.mean * Double($1.requests))
            return left != right ? left < right : name($0.kind) < name($1.kind)
        }
        findings.sort {
            let (left, right) = (-$0.added, -$1.added)
            return left != right ? left < right : name($0.calls.kind) < name($1.calls.kind)
        }
    }

    private static func reason(
        _ calls: Distribution, _ growth: Growth?, _ jump: Jump?, _ names: Names
    ) -> String {
        var parts: [String] = []
        if let growth {
            parts.append(
                "DB calls grow with the response, from about \(Words.whole(growth.callsOfSmall)) for small ones to "
                    + "\(Words.whole(growth.callsOfLarge)) for large ones: an N+1 query is likely")
        }
        if let jump {
            parts.append(
                "DB calls jumped from \(Words.number(jump.meanBefore)) to \(Words.number(jump.meanNow)) per request")
        }
        return "\(calls.kind.path.text(names)) (\(calls.kind.plural)): " + parts.joined(separator: "; ")
    }
}

extension CallWatch.Finding {
    /// Calls that a request should not need.
    var added: Double {
        max(growth.map { $0.callsOfLarge - $0.callsOfSmall } ?? 0, jump.map { $0.meanNow - $0.meanBefore } ?? 0)
    }
}

extension CallWatch.Distribution {
    init?(_ kind: RequestKind, _ calls: Calls) {
        guard let mean = calls.total.mean, let median = calls.quantile(0.5), let p95 = calls.quantile(0.95) else {
            return nil
        }
        self.init(
            kind: kind, requests: calls.total.count, mean: mean, median: median, p95: p95, most: calls.extremes.max)
    }
}

extension CallWatch.Growth {
    /// Nil unless the calls grow for sure, and by enough to matter.
    init?(_ pages: SliceMoments) {
        guard let correlation = pages.correlation, let t = pages.t, let slope = pages.slope,
            let deviation = pages.deviationX
        else { return nil }
        let reach = slope * deviation
        guard correlation >= CallWatch.weakestCorrelation, t >= CallWatch.smallestT,
            2 * reach >= CallWatch.smallestGrowth
        else { return nil }
        self.init(
            callsOfSmall: max(0, pages.meanY - reach), callsOfLarge: pages.meanY + reach,
            callsPerKibibyte: slope * 1_024, correlation: correlation, slices: pages.slices)
    }
}

extension CallWatch.Jump {
    init?(from earlier: Calls?, to now: Calls) {
        guard let earlier, earlier.total.count >= CallWatch.fewestRequests, let before = earlier.total.mean,
            let mean = now.total.mean, mean - before >= CallWatch.smallestJump,
            mean >= CallWatch.smallestJumpFactor * before
        else { return nil }
        self.init(meanBefore: before, meanNow: mean)
    }
}
