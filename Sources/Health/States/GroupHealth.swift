package import RequestLog
internal import RollingWindow

/// One group over time: readings → answers, and what has changed.
package struct GroupHealth: Sendable {
    package let rules: HealthRules
    package private(set) var machine: HealthMachine
    /// What is answered, an operator's word included.
    package private(set) var state: HealthState
    /// Changes of state since the start.
    package private(set) var changes: UInt64 = 0
    /// What is answered while no operator says otherwise (`HealthReport.under`).
    package private(set) var report: HealthReport
    /// The judgement of this agent alone, for its peers.
    package private(set) var local: HealthReport
    /// Wall clock of the last change of state.
    package private(set) var since: Timestamp

    private let timing: HealthTiming
    private var fleetGuard: HealthGuard

    package init(rules: HealthRules, timing: HealthTiming, word: OperatorWord? = nil, now: Timestamp) {
        self.rules = rules
        var timing = timing
        timing.memory = rules.window.length
        self.timing = timing
        machine = HealthMachine(timing: timing)
        fleetGuard = HealthGuard(timing: timing)
        state = word?.state ?? .unseen
        since = now
        report = HealthReport(status: .warn, output: "the agent is starting", checks: [], time: now)
        report.state = .unseen
        local = report
    }

    package var flaps: UInt64 { machine.flaps }
    package var weight: Double { fleetGuard.weight }

    /// - Returns: the change of state, if there was one.
    package mutating func advance(
        _ reading: HealthReading, peers: PeerCount = PeerCount(), word: OperatorWord? = nil, at moment: HealthMoment
    ) -> HealthChange? {
        machine.advance(reading.evidence, at: moment.uptime)
        let answer = fleetGuard.advance(machine, peers: peers, at: moment.uptime)
        let next = word?.state ?? judgedState
        let hasChanged = next != state
        let before = state
        if hasChanged {
            (state, since) = (next, moment.wall)
            changes += 1
        }
        local = report(reading, machine.status, withGuard: false, at: moment)
        report = report(reading, answer, withGuard: true, at: moment)
        guard hasChanged else { return nil }
        return HealthChange(
            time: moment.wall, group: rules.group, from: before, to: next, reason: report.under(word).output)
    }

    private var judgedState: HealthState { fleetGuard.reason == nil ? localState : .guarded }

    private var localState: HealthState {
        switch machine.standing {
        case .probation: return .probation
        case .unseen where machine.status != .fail: return .unseen
        default: break
        }
        switch machine.status {
        case .pass: return .pass
        case .warn: return .warn
        case .fail: return .fail
        }
    }

    private func report(
        _ reading: HealthReading, _ status: HealthStatus, withGuard: Bool, at moment: HealthMoment
    ) -> HealthReport {
        var report = HealthReport(
            status: status, output: sentence(reading, status, withGuard: withGuard), checks: reading.checks,
            time: moment.wall)
        report.state = withGuard ? judgedState : localState
        report.since = since
        report.weight = fleetGuard.weight
        return report
    }

    /// What was read, and what the state makes of it.
    private func sentence(_ reading: HealthReading, _ status: HealthStatus, withGuard: Bool) -> String {
        let raw: HealthStatus =
            switch reading.evidence {
            case .unseen(_, let answer): answer
            case .judged(let byLimits, _): byLimits
            }
        let time = "since \(since.clock)"
        if withGuard, let reason = fleetGuard.reason {
            switch reason {
            case .peers(let failing, let answered):
                return "kept in although it fails, as \(failing) of \(answered) peers do: \(reading.output), \(time)"
            case .asking:
                return "kept in until the peers have said whether they fail too: \(reading.output), \(time)"
            case .longFail:
                let limit = HumanUnits.duration(seconds: timing.maxFailDuration.seconds)
                return "kept in although it fails, for it has for more than \(limit): \(reading.output), \(time)"
            }
        }
        if machine.standing == .probation { return "on probation after a fail, \(time): \(reading.output)" }
        if case .unseen = reading.evidence {
            return machine.status == .fail ? "failed, \(time): \(reading.output)" : reading.output
        }
        if raw == status { return status == .pass ? reading.output : "\(reading.output), \(time)" }
        if raw > status {
            let hold = HumanUnits.duration(seconds: timing.down.seconds)
            return "\(reading.output); that counts once it has lasted \(hold)"
        }
        return "\(status == .fail ? "failed" : "recovering"), \(time): \(reading.output)"
    }
}
