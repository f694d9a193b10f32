internal import RequestLog
internal import RollingWindow

extension HealthRules {
    /// The judgement on what is known at `inputs.now` alone. The same inputs always give the same report.
    package func judge(_ inputs: HealthInputs) -> HealthReport {
        let reading = read(inputs)
        let status =
            switch reading.evidence {
            case .unseen(_, let status): status
            case .judged(let status, _): status
            }
        return HealthReport(status: status, output: reading.output, checks: reading.checks, time: inputs.now)
    }

    /// What the inputs say, for the state machine to decide on.
    ///
    /// Blind, behind, with a wrong clock, without any request, stale, or below `minRequests` it is `unseen`; what is
    /// not known then has no value.
    package func read(_ inputs: HealthInputs) -> HealthReading {
        let unseen = unseen.reason(inputs)
        let tooFew = whyTooFew(inputs.total.cell.requests, of: "request").map { (UnseenReason.tooFew, $0) }
        let unjudged = unseen ?? tooFew
        var checks = [ageCheck(inputs), lagCheck(inputs), countCheck(inputs, unseen: unseen?.text)]
        var judged: [Judgement] = []
        for measure in HealthMeasure.allCases {
            guard let limits = limits[measure], limits.warn != nil || limits.fail != nil else { continue }
            judged.append(judge(measure, limits, inputs, unjudged: unjudged?.1))
        }
        checks += judged.map(\.check)
        let evidence: HealthEvidence =
            if let (reason, _) = unjudged {
                .unseen(reason, self.unseen.answer(reason))
            } else {
                .judged(
                    byLimits: judged.map(\.check.status).max() ?? .pass,
                    byRecovery: judged.map(\.byRecovery).max() ?? .pass)
            }
        // The worst first; what is fine needs no words then.
        let troubled = judged.filter { $0.check.status == .fail } + judged.filter { $0.check.status == .warn }
        let output =
            if let (_, text) = unjudged {
                text
            } else if troubled.isEmpty {
                "\(HumanUnits.count(inputs.total.cell.requests, of: "request"))\(ofGroup) over \(window.rawValue)"
                    + (judged.isEmpty ? "" : ": " + judged.map(\.check.output).joined(separator: ", "))
            } else {
                troubled.map(\.check.output).joined(separator: "; ")
            }
        return HealthReading(
            evidence: evidence, output: output, checks: checks, time: inputs.now,
            troubles: troubled.compactMap { judgement in
                judgement.passed.map { .init(measure: judgement.measure, limit: $0, check: judgement.check.name) }
            })
    }

    private var ofGroup: String { group == HealthRules.service ? "" : " of \(group)" }

    private func whyTooFew(_ count: UInt64, of noun: String) -> String? {
        let needed = max(1, minRequests)
        guard count < needed else { return nil }
        let found = count == 0 ? "no \(noun)" : HumanUnits.count(count, of: noun)
        return
            "\(found)\(ofGroup) over \(window.rawValue), at least \(needed) \(needed == 1 ? "is" : "are") needed to judge"
    }
}

extension HealthRules {
    private func ageCheck(_ inputs: HealthInputs) -> HealthCheck {
        let age = inputs.age
        let isStale = age.map { $0 > unseen.staleAfter } ?? true
        return HealthCheck(
            name: "requests:age", status: isStale ? .warn : .pass, observedValue: age?.seconds,
            observedUnit: "seconds", limit: unseen.staleAfter.seconds, time: inputs.now,
            output: age.map { "the last request was \(HumanUnits.duration(seconds: $0.seconds)) ago" }
                ?? "no request has been seen yet")
    }

    private func lagCheck(_ inputs: HealthInputs) -> HealthCheck {
        let isBehind = inputs.blind != nil || unseen.isBehind(inputs)
        return HealthCheck(
            name: "input:lag", status: isBehind ? .warn : .pass, observedValue: Double(inputs.lagBytes),
            observedUnit: "bytes", limit: nil, time: inputs.now,
            output: inputs.blind ?? "\(HumanUnits.bytes(inputs.lagBytes)) to read")
    }

    private func countCheck(_ inputs: HealthInputs, unseen: String?) -> HealthCheck {
        let count = inputs.total.cell.requests
        let reason = unseen ?? whyTooFew(count, of: "request")
        return HealthCheck(
            name: "requests:count", status: reason == nil ? .pass : .warn,
            observedValue: unseen == nil ? Double(count) : nil, observedUnit: "requests", limit: Double(minRequests),
            time: inputs.now, output: reason ?? HumanUnits.count(count, of: "request"))
    }

    private struct Judgement {
        var measure: HealthMeasure
        var check: HealthCheck
        var byRecovery: HealthStatus
        /// The limit that was passed.
        var passed: Double?
    }

    private func judge(
        _ measure: HealthMeasure, _ limits: HealthLimits, _ inputs: HealthInputs, unjudged: String?
    ) -> Judgement {
        let warn = level(limits.warn, of: measure, inputs)
        let fail = level(limits.fail, of: measure, inputs)
        var check = HealthCheck(
            name: "requests:\(measure.rawValue)", status: .warn, observedValue: nil, observedUnit: measure.unit,
            limit: warn ?? fail, time: inputs.now, output: "")
        let why =
            unjudged
            ?? whyTooFew(measure.evidence(in: inputs.total), of: measure.evidenceNoun)
            .map { "\(measure.words)\(ofGroup) is not known: \($0)" }
        guard why == nil, let value = measure.value(in: inputs.total, over: window) else {
            check.output = why ?? "\(measure.words)\(ofGroup) is not known"
            return Judgement(measure: measure, check: check, byRecovery: .warn)
        }
        check.observedValue = value
        let isBeyond = { (level: Double?) in
            level.map { measure.isBeyond($0, in: inputs.total, over: window) } ?? false
        }
        let passed = isBeyond(fail) ? fail : isBeyond(warn) ? warn : nil
        check.status = isBeyond(fail) ? .fail : passed == nil ? .pass : .warn
        if let passed {
            check.limit = passed
            check.output =
                "\(measure.words)\(ofGroup) is \(measure.shown(value)) over \(window.rawValue), "
                + "limit \(measure.shown(passed))"
        } else {
            let shown = (warn ?? fail).map { " (limit \(measure.shown($0)))" } ?? ""
            check.output = "\(measure.words) \(measure.shown(value))\(shown)"
        }
        let isKept = { (level: Double?) in
            level.map { level in
                measure.keeps(measure.recovery(from: level, share: recover), in: inputs.total, over: window)
            } ?? true
        }
        let byRecovery: HealthStatus = isKept(fail) ? (isKept(warn) ? .pass : .warn) : .fail
        return Judgement(
            measure: measure, check: check, byRecovery: max(byRecovery, check.status), passed: passed)
    }

    private func level(_ limit: HealthLimit?, of measure: HealthMeasure, _ inputs: HealthInputs) -> Double? {
        limit?.level(of: measure, baseline: inputs.baseline, over: baseline, minRequests: minRequests)
    }
}
