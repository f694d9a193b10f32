package import RequestLog

extension ScreenState {
    /// What is to be asked next.
    package var question: ScreenQuestion {
        var asides: [ScreenQuestion.Aside] = []
        // The first screen does not wait for it.
        if window != nil, insightsAt.map({ now - $0 >= Self.insightsEvery }) ?? true { asides.append(.insights) }
        if page == .changes { asides.append(.changes) }
        return ScreenQuestion(windowName: windowName, openRoute: openRoute, asides: asides)
    }

    /// The agent makes them anew as often.
    private static let insightsEvery = Timestamp.Span.seconds(60)

    /// How long it says that the agent is back.
    private static let welcome = Timestamp.Span.seconds(10)

    package mutating func tick(_ now: Timestamp) {
        self.now = now
        if case .back(let at, _) = connection, now - at > Self.welcome { connection = .live }
    }

    /// Takes what the agent said; while paused, only that it is there.
    package mutating func take(_ look: ScreenLook, at now: Timestamp) {
        tick(now)
        if case .lost(let since, _) = connection { connection = .back(at: now, after: now - since) }
        if look.question.asides.contains(.insights) { insightsAt = now }
        // An answer to what was asked before the window was changed would be shown as the new one's.
        guard !isPaused, look.question.windowName == windowName else { return }
        let hadNumbers = window != nil
        count(look.ledger, after: hadNumbers ? now - asOf : nil)
        window = look.window
        health = look.health
        ledger = look.ledger
        insights = look.insights ?? insights
        changes = look.changes ?? changes
        if look.question.openRoute == openRoute { detail = look.detail }
        trends.append(look.window, rate: look.window.rate)
        asOf = now
    }

    package mutating func lose(_ reason: String, at now: Timestamp) {
        tick(now)
        if case .lost(let since, _) = connection {
            connection = .lost(since: since, reason: reason)
        } else {
            connection = .lost(since: now, reason: reason)
        }
    }

    private mutating func count(_ new: LedgerAnswer, after span: Timestamp.Span?) {
        guard let span, let old = ledger, span > .zero else { return }
        // Fewer than before: another data directory, or another agent.
        linesPerSecond = new.lines >= old.lines ? Double(new.lines - old.lines) / span.seconds : nil
    }
}

extension WindowAnswer {
    /// Requests a second.
    var rate: Double? { span.map { Double(total.requests) / $0.seconds } }
}
