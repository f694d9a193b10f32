package import RequestLog

/// The state of one group: what was read, made slow enough to be trusted.
///
/// ```
///            worse for `down`                    ejection over, and nothing says fail any more
///   judged ───────────────────▶ failed (fail) ─────────────────────────────────▶ probation (warn)
///   pass, warn ◀─────────────── better for `up` ◀──────────────────────────────── better for `up`
///     ▲ │ nothing is seen: at once          failed ◀── worse for `down`, judged by new requests ──┘
///     │ ▼
///   unseen (warn)
/// ```
///
/// A failed service gets no traffic, so missing traffic never ends a fail: only better requests or probation do. Nothing
/// here reads a clock; the same calls always give the same states.
package struct HealthMachine: Sendable {
    package enum Standing: Equatable, Sendable {
        case judged
        case unseen(UnseenReason)
        case probation
    }

    /// The judgement of this agent alone, before the guard.
    package private(set) var status = HealthStatus.warn
    package private(set) var standing = Standing.unseen(.starting)
    /// Fails one after the other, without a long enough time of being well between them.
    package private(set) var ejections: UInt64 = 0
    /// Fails that followed so on another, since the start.
    package private(set) var flaps: UInt64 = 0

    let timing: HealthTiming
    private var hasJudged = false
    /// When the present fail began.
    private(set) var failedAt: Timestamp.Span?
    /// When the last fail, with its probation, was over.
    private var wellAt: Timestamp.Span?
    private var worse = Lasting()
    private var better = Lasting()

    /// Since when a condition has held without a break, for `warn` and for `fail`.
    private struct Lasting {
        private var warn: Timestamp.Span?
        private var fail: Timestamp.Span?

        mutating func note(warn isWarn: Bool, fail isFail: Bool, at now: Timestamp.Span) {
            warn = isWarn ? warn ?? now : nil
            fail = isFail ? fail ?? now : nil
        }

        func has(_ status: HealthStatus, lasted span: Timestamp.Span, at now: Timestamp.Span) -> Bool {
            (status == .fail ? fail : warn).map { now - $0 >= span } ?? false
        }
    }

    package init(timing: HealthTiming = HealthTiming()) { self.timing = timing }

    /// Takes what was read at this instant, which is not before that of the last call.
    package mutating func advance(_ evidence: HealthEvidence, at now: Timestamp.Span) {
        note(evidence, at: now)
        let worst: HealthStatus =
            worse.has(.fail, lasted: timing.down, at: now)
            ? .fail : worse.has(.warn, lasted: timing.down, at: now) ? .warn : .pass
        let best: HealthStatus =
            !better.has(.fail, lasted: timing.up, at: now)
            ? .fail : better.has(.warn, lasted: timing.up, at: now) ? .pass : .warn
        if status == .fail {
            if best < .fail { recover(to: best, at: now) } else { endEjection(evidence, at: now) }
        } else if standing == .probation {
            if worst == .fail { fail(.judged, at: now) } else if best < .fail { recover(to: best, at: now) }
        } else if case .unseen(let reason, _) = evidence {
            if worst == .fail { fail(.unseen(reason), at: now) } else { (status, standing) = (.warn, .unseen(reason)) }
        } else {
            judge(evidence, worst: worst, best: best, at: now)
        }
    }

    private mutating func note(_ evidence: HealthEvidence, at now: Timestamp.Span) {
        switch evidence {
        case .unseen(_, let answer):
            // Silence proves nothing in probation: only requests decide there.
            let fails = answer == .fail && standing != .probation
            worse.note(warn: true, fail: fails, at: now)
            better.note(warn: false, fail: false, at: now)
        case .judged(let byLimits, let byRecovery):
            worse.note(warn: byLimits >= .warn, fail: byLimits == .fail, at: now)
            better.note(warn: byRecovery < .warn, fail: byRecovery < .fail, at: now)
        }
    }

    /// Among requests that can be judged, with a service that does not fail.
    private mutating func judge(
        _ evidence: HealthEvidence, worst: HealthStatus, best: HealthStatus, at now: Timestamp.Span
    ) {
        guard case .judged(let byLimits, _) = evidence else { return }
        standing = .judged
        if worst == .fail {
            fail(.judged, at: now)
        } else if !hasJudged {
            // The first judgement has nothing to flap against; a fail needs its time all the same.
            (status, hasJudged) = (min(byLimits, .warn), true)
        } else if worst > status {
            status = worst
        } else if best < status {
            status = best
        }
    }

    private mutating func fail(_ standing: Standing, at now: Timestamp.Span) {
        if let wellAt, now - wellAt >= timing.maxEjectionTime { ejections = 0 }
        if ejections > 0 { flaps += 1 }
        ejections += 1
        hasJudged = true
        failedAt = now
        (status, self.standing) = (.fail, standing)
    }

    private mutating func recover(to status: HealthStatus, at now: Timestamp.Span) {
        (self.status, standing) = (status, .judged)
        failedAt = nil
        wellAt = now
    }

    /// What the window still holds of the time before the ejection must be gone first, or it would decide again.
    private mutating func endEjection(_ evidence: HealthEvidence, at now: Timestamp.Span) {
        if case .judged(byLimits: .fail, _) = evidence { return }
        guard let failedAt, now - failedAt >= timing.ejection(number: ejections) else { return }
        (status, standing) = (.warn, .probation)
        self.failedAt = nil
        // Whatever fails from now on must last anew.
        worse = Lasting()
    }
}
