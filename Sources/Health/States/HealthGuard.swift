package import RequestLog

/// Keeps one fault that all share from taking everybody out: what a machine says → what is answered, and the weight.
///
/// The price: where a guard holds, a service that is really broken goes on being sent requests. That is chosen, for a
/// fleet without any server answers nobody. Peers tell each other their own judgement from before this guard; the
/// guarded one would make them wait for each other and oscillate. A fail waits until they were asked once after it began:
/// the last of a fleet to fail then finds that all others do, however close together it was.
package struct HealthGuard: Sendable {
    package enum Reason: Equatable, Sendable {
        case peers(failing: Int, answered: Int)
        case longFail
        /// The peers have not been heard since the fail began.
        case asking
    }

    /// So long after a judgement whoever asks is told of it.
    private static let publication = Timestamp.Span.milliseconds(100)

    /// Why a fail is answered with `warn`; nil while nothing is held back.
    package private(set) var reason: Reason?
    /// Share of the full weight that should be sent here, in [0, 1].
    package private(set) var weight = 1.0

    private let timing: HealthTiming
    /// When the peers were last failing too, while they hold this one.
    private var peersFailedAt: Timestamp.Span?
    private var lastCall: Timestamp.Span?

    package init(timing: HealthTiming = HealthTiming()) { self.timing = timing }

    /// The status to be answered.
    package mutating func advance(
        _ machine: HealthMachine, peers: PeerCount, at now: Timestamp.Span
    ) -> HealthStatus {
        reason = why(machine, peers, at: now)
        let status = reason == nil ? machine.status : .warn
        move(toward: target(machine, status), at: now)
        return status
    }

    private mutating func why(_ machine: HealthMachine, _ peers: PeerCount, at now: Timestamp.Span) -> Reason? {
        guard machine.status == .fail else {
            peersFailedAt = nil
            return nil
        }
        let peersFail = peers.answered > 0 && Double(peers.failing) > timing.peersShare * Double(peers.answered)
        if peersFail { peersFailedAt = now }
        // Let go as slowly as everything that gets better.
        if let last = peersFailedAt, peersFail || now - last < timing.up {
            return .peers(failing: peers.failing, answered: peers.answered)
        }
        guard let failedAt = machine.failedAt else { return nil }
        if now - failedAt >= timing.maxFailDuration { return .longFail }
        let isHeard = peers.askedAt.map { $0 >= failedAt + HealthGuard.publication } ?? false
        return !isHeard && now - failedAt < timing.peersWait ? .asking : nil
    }

    private func target(_ machine: HealthMachine, _ answer: HealthStatus) -> Double {
        if answer == .fail { return timing.failWeight }
        return reason != nil || machine.standing == .probation ? timing.probationWeight : 1
    }

    private mutating func move(toward target: Double, at now: Timestamp.Span) {
        let passed = lastCall.map { max(.zero, now - $0) } ?? .zero
        lastCall = now
        if target < weight {
            weight = max(target, weight - step(passed, timing.rampDown))
        } else {
            weight = min(target, weight + step(passed, timing.rampUp))
        }
    }

    private func step(_ passed: Timestamp.Span, _ ramp: Timestamp.Span) -> Double {
        ramp > .zero ? passed.seconds / ramp.seconds : 1
    }
}
