internal import RequestLog
internal import RollingWindow

/// A level of a measure.
package enum HealthLimit: Equatable, Sendable {
    /// In the unit of the measure.
    case absolute(Double)
    /// So many times what the same requests had over the baseline window.
    case relative(Double)

    /// The level in the unit of the measure; nil while there is nothing to compare with.
    ///
    /// No error in the baseline counts as one: what never happened has no multiple.
    func level(
        of measure: HealthMeasure, baseline: Rollup, over window: WindowLength, minRequests: UInt64
    ) -> Double? {
        switch self {
        case .absolute(let level): return level
        case .relative(let times):
            let count = measure.evidence(in: baseline)
            guard count >= max(1, minRequests), let value = measure.value(in: baseline, over: window) else {
                return nil
            }
            return times * (measure == .errorRatio ? max(value, 1 / Double(count)) : value)
        }
    }
}

/// What a measure is held to. A limit is met by its own value: only what lies beyond it warns or fails.
package struct HealthLimits: Equatable, Sendable {
    package var warn: HealthLimit?
    package var fail: HealthLimit?

    package init(warn: HealthLimit?, fail: HealthLimit?) {
        self.warn = warn
        self.fail = fail
    }
}
