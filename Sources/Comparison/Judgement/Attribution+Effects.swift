extension Attribution {
    /// What a change that users see comes from.
    ///
    /// - Parameter cacheMoved: the hit ratio has certainly moved, or cannot be told.
    init(_ effect: JudgedEffect, cacheMoved: Bool) {
        let (code, total) = (effect.oriented(.code), effect.oriented(.total))
        let (codeKind, totalKind) = (code.kind, total.kind)
        let whole = effect.effect.total.estimate
        let parts = effect.effect.parts
        guard totalKind == .improved || totalKind == .regressed else {
            self =
                switch codeKind {
                case .regressed: .maskedRegression
                case .improved: .maskedImprovement
                case .unchanged where totalKind == .unchanged: .noChange
                default: .inconclusive
                }
            return
        }
        if codeKind != totalKind, codeKind == .regressed || codeKind == .improved {
            self = codeKind == .regressed ? .maskedRegression : .maskedImprovement
        } else if codeKind == totalKind, effect.effect.within.estimate / whole >= 0.5 {
            self = totalKind == .improved ? .realImprovement : .realRegression
        } else if (parts.cache + parts.traffic) / whole >= 0.5 {
            if parts.cache / whole >= 0.5, cacheMoved {
                self = .cacheMix
            } else if parts.traffic / whole >= 0.5 {
                self = .trafficMix
            } else {
                self = .mix
            }
        } else {
            self = .unattributed
        }
    }
}
