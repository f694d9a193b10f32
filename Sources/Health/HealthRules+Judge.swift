internal import RequestLog
internal import RollingWindow

extension HealthRules {
    /// The judgement on what is known at `inputs.now`. The same inputs always give the same report.
    ///
    /// Blind, without any request, stale, or below `minRequests` it is `warn` with the reason, never `pass`; what is
    /// not known then has no value.
    package func judge(_ inputs: HealthInputs) -> HealthReport {
        let unseen = whyUnseen(inputs)
        let unjudged = unseen ?? whyTooFew(inputs.total.cell.requests, of: "request")
        let checks = [
            ageCheck(inputs), lagCheck(inputs), countCheck(inputs, unseen: unseen),
            errorCheck(inputs, unjudged: unjudged), p95Check(inputs, unjudged: unjudged),
        ]
        let status = checks.map(\.status).max() ?? .warn
        let output =
            if let unjudged {
                unjudged
            } else if status == .pass {
                "\(HumanUnits.count(inputs.total.cell.requests, of: "request")) over \(window.rawValue): "
                    + checks.suffix(2).map(\.output).joined(separator: ", ")
            } else {
                // The worst first; what is fine needs no words now.
                (checks.filter { $0.status == .fail } + checks.filter { $0.status == .warn })
                    .map(\.output).joined(separator: "; ")
            }
        return HealthReport(status: status, output: output, checks: checks, time: inputs.now)
    }

    /// Why nothing can be said about the service at all; nil when it is being seen.
    private func whyUnseen(_ inputs: HealthInputs) -> String? {
        if let reason = inputs.blind { return "cannot see the service: \(reason)" }
        guard let age = age(inputs) else { return "no request has been seen yet" }
        guard age > staleAfter else { return nil }
        let limit = HumanUnits.duration(seconds: staleAfter.seconds)
        return "the last request was \(HumanUnits.duration(seconds: age.seconds)) ago, limit \(limit)"
    }

    private func whyTooFew(_ count: UInt64, of noun: String) -> String? {
        let needed = max(1, minRequests)
        guard count < needed else { return nil }
        let found = count == 0 ? "no \(noun)" : HumanUnits.count(count, of: noun)
        return "\(found) over \(window.rawValue), at least \(needed) \(needed == 1 ? "is" : "are") needed to judge"
    }

    /// Time since the newest request; a clock that was set back makes it 0, not negative.
    private func age(_ inputs: HealthInputs) -> Timestamp.Span? {
        inputs.lastEvent.map { max(.zero, inputs.now - $0) }
    }
}

extension HealthRules {
    private func ageCheck(_ inputs: HealthInputs) -> HealthCheck {
        let age = age(inputs)
        let isStale = age.map { $0 > staleAfter } ?? true
        return HealthCheck(
            name: "requests:age", status: isStale ? .warn : .pass, observedValue: age?.seconds,
            observedUnit: "seconds", limit: staleAfter.seconds, time: inputs.now,
            output: age.map { "the last request was \(HumanUnits.duration(seconds: $0.seconds)) ago" }
                ?? "no request has been seen yet")
    }

    private func lagCheck(_ inputs: HealthInputs) -> HealthCheck {
        HealthCheck(
            name: "input:lag", status: inputs.blind == nil ? .pass : .warn, observedValue: Double(inputs.lagBytes),
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

    private func errorCheck(_ inputs: HealthInputs, unjudged: String?) -> HealthCheck {
        judge(
            Measurement(
                name: "requests:error_ratio", words: "error ratio", unit: "ratio", value: inputs.total.errorRatio,
                warn: errorRatioWarn, fail: errorRatioFail, show: { "\(HumanUnits.percent(ratio: $0)) %" }),
            at: inputs.now, unjudged: unjudged)
    }

    private func p95Check(_ inputs: HealthInputs, unjudged: String?) -> HealthCheck {
        let durations = inputs.total.cell.durations
        return judge(
            Measurement(
                name: "requests:p95", words: "p95", unit: "seconds", value: durations.quantile(0.95),
                warn: p95Warn.seconds, fail: p95Fail.seconds, show: { HumanUnits.duration(seconds: $0) }),
            at: inputs.now,
            unjudged: unjudged
                ?? whyTooFew(durations.total.count, of: "response time").map { "p95 is not known: \($0)" })
    }

    private struct Measurement {
        var name: String
        var words: String
        var unit: String
        var value: Double?
        var warn: Double
        var fail: Double
        var show: (Double) -> String
    }

    private func judge(_ measurement: Measurement, at now: Timestamp, unjudged: String?) -> HealthCheck {
        var check = HealthCheck(
            name: measurement.name, status: .warn, observedValue: nil, observedUnit: measurement.unit,
            limit: measurement.warn, time: now, output: unjudged ?? "\(measurement.words) is not known")
        guard unjudged == nil, let value = measurement.value else { return check }
        check.observedValue = value
        let shown = measurement.show(value)
        if value > measurement.warn || value > measurement.fail {
            check.status = value > measurement.fail ? .fail : .warn
            check.limit = value > measurement.fail ? measurement.fail : measurement.warn
            let limit = measurement.show(check.limit ?? measurement.warn)
            check.output = "\(measurement.words) is \(shown) over \(window.rawValue), limit \(limit)"
        } else {
            check.status = .pass
            check.output = "\(measurement.words) \(shown) (limit \(measurement.show(measurement.warn)))"
        }
        return check
    }
}
