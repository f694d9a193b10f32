/// The answer, and the exit code that goes with it.
package enum Verdict: String, Sendable {
    case met
    case notMet = "not_met"
    case regressed
    case inconclusive
    case notComparable = "not_comparable"
    /// Nothing was promised and nothing regressed.
    case noExpectation = "no_expectation"

    package var exitCode: Int32 {
        switch self {
        case .met, .noExpectation: 0
        case .notMet: 1
        case .regressed: 2
        case .inconclusive, .notComparable: 3
        }
    }
}

/// What an interval says of an effect.
package enum EffectClass: String, Sendable {
    case regressed, improved, unchanged, inconclusive
    /// Of a metric that has no worse: certainly more or less than before.
    case changed
}

/// What a change that users see is made of.
package enum Attribution: String, Sendable {
    case realImprovement = "real_improvement"
    case realRegression = "real_regression"
    case maskedImprovement = "masked_improvement"
    case maskedRegression = "masked_regression"
    case cacheMix = "cache_mix"
    case trafficMix = "traffic_mix"
    case mix
    case unattributed
    case noChange = "no_change"
    case inconclusive
}
