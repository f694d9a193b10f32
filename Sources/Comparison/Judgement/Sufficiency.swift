/// Whether a row's data can carry a verdict, and if not what would.
enum Sufficiency {
    /// Requests beyond a quantile, on each side.
    private static let beyond = 20.0
    /// Likewise of independent ones.
    private static let effectiveBeyond = 5.0
    /// Requests of any other metric, on each side.
    private static let fewest = 20.0

    /// nil: they can.
    static func shortcoming(
        _ effect: Effect, layout: Layout, resolutionSeconds: (before: Double, after: Double)
    ) -> String? {
        if let shortcoming = layout.shortcomings.first { return shortcoming }
        let least = Double(min(effect.requests.before, effect.requests.after))
        let side = effect.requests.before < effect.requests.after ? "BEFORE" : "AFTER"
        guard let p = effect.metric.quantile else {
            guard least < fewest else { return nil }
            return "\(side) has \(Int(least)) requests, and \(Int(fewest)) are needed"
        }
        if least * (1 - p) < beyond {
            return "\(side) has \(Int(least)) requests, and \(effect.metric.rawValue) needs \(needed(p))"
        }
        if let effective = effect.effectiveRequests,
            min(effective.before, effective.after) * (1 - p) < effectiveBeyond
        {
            return "the requests are so alike within a slice that they say as little as "
                + "\(Int(min(effective.before, effective.after))) independent ones"
        }
        for (value, resolution, name) in [
            (effect.before, resolutionSeconds.before, "BEFORE"), (effect.after, resolutionSeconds.after, "AFTER"),
        ] where value < 2 * resolution {
            return "\(effect.metric.rawValue) of \(name) is below the log's resolution"
        }
        return nil
    }

    /// Requests of which enough are beyond the quantile.
    private static func needed(_ p: Double) -> Int { Int((beyond / (1 - p)).rounded(.up)) }

    /// How many seconds of such traffic would show an effect of `target`; nil: no length would do.
    static func neededSeconds(_ judged: JudgedEffect, target: Double, layout: Layout, sliceSeconds: Double) -> Double? {
        let slices = Double(min(layout.before.count, layout.after.count))
        guard slices > 0 else { return nil }
        var factor = 1.0
        let reach = target.magnitude / 2
        if judged.halfWidth.isFinite {
            let tail = StudentT.quantile(upper: 0.025, judged.effect.within.degreesOfFreedom) * judged.tau
            let room = reach * reach - tail * tail
            guard room > 0 else { return nil }
            factor = judged.halfWidth * judged.halfWidth / room
        }
        let least = Double(max(1, min(judged.effect.requests.before, judged.effect.requests.after)))
        let wanted = judged.effect.metric.quantile.map { Double(needed($0)) } ?? fewest
        factor = max(factor, wanted / least, Double(Layout.fewestSlices) / slices)
        return slices * factor * sliceSeconds
    }
}
