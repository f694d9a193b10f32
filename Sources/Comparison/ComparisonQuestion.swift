/// What somebody wants to know of two sides; the same question of the same sides has the same answer.
package struct ComparisonQuestion: Sendable {
    /// Where between-window drift comes from when there is no history.
    package enum DriftChoice: Hashable, Sendable {
        /// By the length of the windows: 5 %, or 4 % from 12 h on.
        case standard
        /// One standard deviation of the logarithm of a response time, from window to window.
        case allowance(Double)
    }

    /// A guardrail that may regress.
    package struct Allowance: Hashable, Sendable {
        package var metric: Metric
        /// nil: on every route.
        package var route: String?

        package init(metric: Metric, route: String? = nil) {
            self.metric = metric
            self.route = route
        }
    }

    package var expectations: [Expectation] = []
    /// Routes that are guarded and shown; empty: all that have enough requests.
    package var routes: [String] = []
    package var basis = Expectation.Basis.code
    package var allowed: [Allowance] = []
    package var drift = DriftChoice.standard
    package var margins = Margins()
    /// All of them, but where they are held against a reference that lacks some.
    package var terms = IntervalTerms()
    /// The sides are versions of one stretch of time.
    package var comparesVersions = false
    /// The change that is judged, for the head of the report.
    package var change: ChangeNote?

    package init() {}
}

/// What the report says of the change; the change record knows more.
package struct ChangeNote: Equatable, Sendable {
    package var id: String?
    package var owner: String?
    package var title: String?
    package var rollback: String?

    package init(id: String? = nil, owner: String? = nil, title: String? = nil, rollback: String? = nil) {
        self.id = id
        self.owner = owner
        self.title = title
        self.rollback = rollback
    }
}

extension ComparisonQuestion {
    /// The answer.
    ///
    /// - Parameters:
    ///   - history: earlier windows like BEFORE in which nothing was done: at the same clock time on other days, or one
    ///     after the other right before it.
    ///   - look: one of several looks at a comparison that is still running.
    ///   - lanes: where scopes are estimated.
    package func report(
        before: Side, after: Side, history: [Side] = [], look: Look? = nil, lanes: Lanes = .one
    ) -> ComparisonReport {
        var comparer = Comparer(self, before, after, history, look, lanes)
        return comparer.compare()
    }
}
