package import RequestLog
internal import RollingWindow

/// One thing that a careful person looks at before he calls a change good, with what the data say instead of a tick.
package struct ChecklistItem: Equatable, Sendable {
    package enum Key: String, CaseIterable, Sendable {
        case cacheStatus = "cache_status"
        case loggedInTraffic = "logged_in_traffic"
        case purgeScope = "purge_scope"
        case measured
        case rollbackRecorded = "rollback_recorded"
        case rollbackRehearsed = "rollback_rehearsed"
        case adminResponsive = "admin_responsive"

        package var text: String {
            switch self {
            case .cacheStatus: "cache status is in the log"
            case .loggedInTraffic: "logged-in traffic was exercised"
            case .purgeScope: "only the affected routes were purged"
            case .measured: "response time was measured before and after"
            case .rollbackRecorded: "a rollback command is recorded"
            case .rollbackRehearsed: "the rollback was rehearsed"
            case .adminResponsive: "admin routes stayed responsive"
            }
        }
    }

    package enum State: String, CaseIterable, Sendable {
        case done, missing
        /// It went wrong.
        case failed
        /// Nobody can say yet.
        case pending
        /// There is nothing to look at.
        case notApplicable = "not_applicable"
    }

    package var key: Key
    package var state: State
    /// A sentence; it may hold routes as they were in the log.
    package var evidence: String

    package init(_ key: Key, _ state: State, _ evidence: String) {
        self.key = key
        self.state = state
        self.evidence = evidence
    }
}

extension ChangeRecord {
    /// - Parameter after: nil before there is anything to verify.
    package func checklist(
        before: ChangeEvidence, after: ChangeEvidence?, names: Names, report: ComparisonReport? = nil
    ) -> [ChecklistItem] {
        [
            cacheStatus(before, after), loggedInTraffic(after ?? before, names), purgeScope(after, names),
            measured(before, after, names), rollbackRecorded, rollbackRehearsed,
            adminResponsive(before, after, names, report),
        ]
    }

    /// The newest that there is; what only the record knows is taken anew.
    package var currentChecklist: [ChecklistItem] {
        (verdicts.last?.checklist ?? firstChecklist).map { item in
            switch item.key {
            case .rollbackRecorded: rollbackRecorded
            case .rollbackRehearsed: rollbackRehearsed
            default: item
            }
        }
    }

    /// Shares of lines: the log must say it nearly always.
    private static let nearlyAll = 0.95
    /// Fewer logged-in requests have exercised nothing.
    private static let fewestLoggedIn: UInt64 = 20
    /// Fewer requests have no 95th percentile.
    private static let fewestMeasured: UInt64 = 20
    /// An admin route that is so much slower is not as responsive as it was.
    private static let slowerAdmin = 1.5

    private func cacheStatus(_ before: ChangeEvidence, _ after: ChangeEvidence?) -> ChecklistItem {
        let sides = [before] + [after].compactMap(\.self)
        let shares = sides.map { $0.requests == 0 ? 0 : Double($0.withCacheStatus) / Double($0.requests) }
        let words = zip(sides, shares).map { side, share in
            "\(Words.percent(share)) of \(Words.count(side.requests)) requests"
        }
        guard sides.allSatisfy({ $0.requests > 0 }) else {
            return ChecklistItem(.cacheStatus, .pending, "no requests: \(words.joined(separator: " before, ")) after")
        }
        let text = words.count == 1 ? words[0] : "\(words[0]) before, \(words[1]) after"
        return ChecklistItem(.cacheStatus, shares.allSatisfy { $0 >= ChangeRecord.nearlyAll } ? .done : .missing, text)
    }

    private func loggedInTraffic(_ evidence: ChangeEvidence, _ names: Names) -> ChecklistItem {
        let routes = evidence.routes(affectedRoutes, in: names)
        guard evidence.requests > 0 else { return ChecklistItem(.loggedInTraffic, .pending, "no requests") }
        guard routes.contains(where: { $0.route.withSegment > 0 }) else {
            return ChecklistItem(
                .loggedInTraffic, .missing, "the log does not say who is logged in (a user or session field would)")
        }
        let words = routes.map { name, route in
            let share = route.requests == 0 ? 0 : Double(route.authenticated) / Double(route.requests)
            return
                "\(name ?? "all routes"): \(Words.count(route.authenticated)) of \(Words.count(route.requests)) requests"
                + (route.requests > 0 ? " (\(Words.percent(share)))" : "")
        }
        let isDone = routes.allSatisfy { $0.route.authenticated >= ChangeRecord.fewestLoggedIn }
        return ChecklistItem(.loggedInTraffic, isDone ? .done : .missing, words.joined(separator: "; "))
    }

    private func purgeScope(_ after: ChangeEvidence?, _ names: Names) -> ChecklistItem {
        guard let purge = last(.purge) else {
            return ChecklistItem(.purgeScope, .notApplicable, "no purge was marked (plumbline change mark \(id) purge)")
        }
        guard let after, after.moments.contains(where: { $0.end > purge.time }) else {
            return ChecklistItem(.purgeScope, .pending, "purged at \(purge.time); nothing was seen since")
        }
        let radius = BlastRadius(of: purge.time, in: after, names: names)
        let words = radius.falls.map { fall in
            "\(fall.route) \(Words.percent(fall.before)) to \(Words.percent(fall.after))"
        }
        let untold =
            radius.untold.isEmpty ? "" : "; too few lookups to say of \(Words.list(radius.untold))"
        guard !radius.falls.isEmpty else {
            return ChecklistItem(.purgeScope, .done, "no hit ratio fell at the purge of \(purge.time)\(untold)")
        }
        let fallen = "hit ratio fell at the purge of \(purge.time): \(Words.list(words))\(untold)"
        let named = affectedRoutes
        guard !named.isEmpty else {
            return ChecklistItem(.purgeScope, .pending, "\(fallen); the change names no routes")
        }
        let others = radius.falls.map(\.route).filter { !named.contains($0) }
        guard !others.isEmpty else { return ChecklistItem(.purgeScope, .done, fallen) }
        return ChecklistItem(.purgeScope, .failed, "not named in the change: \(Words.list(others)); \(fallen)")
    }

    private func measured(
        _ before: ChangeEvidence, _ after: ChangeEvidence?, _ names: Names
    ) -> ChecklistItem {
        var words: [String] = []
        var isEnough = true
        let afterRoutes = after?.routes(affectedRoutes, in: names)
        for (place, (name, first)) in before.routes(affectedRoutes, in: names).enumerated() {
            let second = afterRoutes?[place].route
            let sides = [first] + [second].compactMap(\.self)
            isEnough = isEnough && sides.allSatisfy { $0.durations.total.count >= ChangeRecord.fewestMeasured }
            let texts = sides.map { route in
                route.durations.quantile(0.95).map {
                    "p95 \(Words.duration($0)) (\(Words.count(route.durations.total.count)))"
                } ?? "nothing"
            }
            words.append("\(name ?? "all routes"): " + texts.joined(separator: ", then "))
        }
        guard isEnough else { return ChecklistItem(.measured, .missing, words.joined(separator: "; ")) }
        return ChecklistItem(.measured, after == nil ? .pending : .done, words.joined(separator: "; "))
    }

    private var rollbackRecorded: ChecklistItem {
        guard let rollback, !rollback.isEmpty else {
            return ChecklistItem(
                .rollbackRecorded, .missing, "no command (plumbline change start … --rollback COMMAND)")
        }
        return ChecklistItem(.rollbackRecorded, .done, rollback)
    }

    private var rollbackRehearsed: ChecklistItem {
        if let event = events.last(where: { $0.kind == .rollback && $0.exitCode == 0 }) {
            return ChecklistItem(.rollbackRehearsed, .done, "used here at \(event.time), exit 0")
        }
        if let event = last(.rehearsal) {
            let note = event.note.map { " (\($0))" } ?? ""
            return ChecklistItem(.rollbackRehearsed, .done, "rehearsed at \(event.time)\(note)")
        }
        guard rollback != nil else { return ChecklistItem(.rollbackRehearsed, .missing, "there is no command") }
        return ChecklistItem(
            .rollbackRehearsed, .missing, "never (plumbline change mark \(id) rehearsal, once it was tried elsewhere)")
    }

    private func adminResponsive(
        _ before: ChangeEvidence, _ after: ChangeEvidence?, _ names: Names, _ report: ComparisonReport?
    ) -> ChecklistItem {
        let (routes, first) = before.together(prefix: adminPrefix, in: names)
        guard !routes.isEmpty else {
            return ChecklistItem(.adminResponsive, .notApplicable, "no route begins with \(adminPrefix)")
        }
        guard let slowBefore = first.durations.quantile(0.95) else {
            return ChecklistItem(.adminResponsive, .pending, "\(Words.list(routes)): no response times")
        }
        var text = "\(Words.list(routes)): p95 \(Words.duration(slowBefore)) (\(Words.count(first.requests)))"
        guard let second = after?.together(prefix: adminPrefix, in: names).route,
            let slowAfter = second.durations.quantile(0.95),
            min(first.requests, second.requests) >= ChangeRecord.fewestMeasured
        else { return ChecklistItem(.adminResponsive, .pending, text + "; too few requests since to say") }
        text += ", then \(Words.duration(slowAfter)) (\(Words.count(second.requests)))"
        text += ", errors \(Words.percent(first.errorRatio)), then \(Words.percent(second.errorRatio))"
        let regressed =
            report?.rows.filter { row in
                row.scope.route.map { $0.hasPrefix(adminPrefix) } == true && row.within.kind == .regressed
                    && row.isSufficient
            } ?? []
        if let row = regressed.first {
            let name = row.scope.description
            return ChecklistItem(.adminResponsive, .failed, "\(row.metric.rawValue) of \(name) regressed; \(text)")
        }
        let isSlower = slowAfter > ChangeRecord.slowerAdmin * slowBefore
        return ChecklistItem(.adminResponsive, isSlower ? .missing : .done, text)
    }
}

extension ChangeEvidence.Route {
    fileprivate var errorRatio: Double { requests == 0 ? 0 : Double(errors) / Double(requests) }
}
