internal import RequestLog

extension UnseenRules {
    /// So many requests would have come in the silence, if they had come as usual, before it counts as no accident.
    private static let missedRequests = 20.0

    /// Why nothing can be said about the service at all, the nearest cause first; nil when it is being seen.
    func reason(_ inputs: HealthInputs) -> (reason: UnseenReason, text: String)? {
        if let reason = inputs.blind { return (.blind, "cannot see the service: \(reason)") }
        if isBehind(inputs) {
            return (.behind, "the agent is behind: \(HumanUnits.bytes(inputs.lagBytes)) are not read yet")
        }
        if inputs.ahead > clockSkew {
            return (
                .clockSkew,
                "requests are dated \(HumanUnits.duration(seconds: inputs.ahead.seconds)) ahead of the agent's clock: "
                    + "one of the two clocks is wrong"
            )
        }
        guard let age = inputs.age else { return (.noTraffic, "no request has been seen yet") }
        guard age > staleAfter else { return nil }
        let text =
            "the last request was \(HumanUnits.duration(seconds: age.seconds)) ago, "
            + "limit \(HumanUnits.duration(seconds: staleAfter.seconds))"
        let missed = inputs.usualRate * age.seconds
        guard missed >= UnseenRules.missedRequests else { return (.noTraffic, text) }
        return (
            .stale,
            text
                + "; \(HumanUnits.count(UInt64(missed), of: "request")) were to be expected: the writer hangs, its log "
                + "was moved away, or nobody sends any"
        )
    }

    func isBehind(_ inputs: HealthInputs) -> Bool { inputs.isCatchingUp || inputs.lagBytes > behindBytes }
}

extension HealthInputs {
    /// Time since the newest request; a clock that was set back makes it 0, not negative.
    var age: Timestamp.Span? { lastEvent.map { max(.zero, now - $0) } }
}
