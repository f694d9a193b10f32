import Comparison
import Exposition
import Health
import RequestLog
import RollingWindow
import Serving
import Synchronization

/// An agent whose every answer is set by the test.
final class FakeView: AgentView {
    struct Answers {
        var liveness = Liveness.alive
        var readiness = Readiness.ready
        var status = HealthStatus.pass
        /// Long text makes a long answer.
        var output = "1,234 requests in 1m"
        var failure: FakeFailure?
        var ledgerPath = "/var/log/app.log"
        var state: HealthState?
        var word: OperatorWord?
        /// Series on the page of metrics.
        var series = 0
    }

    let answers: Mutex<Answers>
    /// When set, `ledger` waits here.
    let gate: Gate?

    init(_ answers: Answers = Answers(), gate: Gate? = nil) {
        self.answers = Mutex(answers)
        self.gate = gate
    }

    func liveness() -> Liveness { answers.withLock { $0.liveness } }

    func readiness() -> Readiness { answers.withLock { $0.readiness } }

    func health(group: String?) -> HealthReport? {
        guard group == nil || group == "checkout" || group == "käse" else { return nil }
        let time = Timestamp(seconds: 1_700_000_000)
        return answers.withLock { answers in
            let check = HealthCheck(
                name: "service:errors", status: answers.status, observedValue: 0.01, observedUnit: "ratio",
                limit: 0.05, time: time, output: "errors")
            var report = HealthReport(status: answers.status, output: answers.output, checks: [check], time: time)
            report.state = answers.state
            return report.under(answers.word)
        }
    }

    func agentCheckLine() -> String { "up 42%\n" }

    func say(_ word: OperatorWord.Word) async -> OperatorAnswer {
        let standing = answers.withLock { answers in
            answers.word = OperatorWord.after(answers.word, word, at: Timestamp(seconds: 1_700_000_000))
            return answers.word
        }
        return OperatorAnswer(standing: standing, isKept: true)
    }

    func localHealth() -> HealthReport {
        var report = health(group: nil)!
        report.output = "the agent's own judgement"
        return report
    }

    func healthHistory() -> [HealthChange] {
        [
            HealthChange(
                time: Timestamp(seconds: 1_700_000_000), group: "service", from: .pass, to: .fail, reason: "p95 is 9 s")
        ]
    }

    func metricsPage() async throws -> MetricsPage {
        if let failure = answers.withLock({ $0.failure }) { throw failure }
        var names = Names()
        var counters: [SeriesKey: Cell] = [:]
        for number in 0..<answers.withLock({ $0.series }) {
            let key = SeriesKey(
                source: names.intern("main"), route: names.intern("/r\(number)"), method: .get, status: 200,
                cache: .hit,
                segment: .anonymous, version: .none)
            var cell = Cell()
            cell.requests = UInt64(number) + 1
            cell.durations.add(nanoseconds: Int64(number) * 1_234_567, times: UInt64(number) + 1)
            counters[key] = cell
        }
        return MetricsPage(names: names, counters: counters, health: [], agent: AgentMetrics())
    }

    func window(_ length: WindowLength) async throws -> SeriesView {
        if let failure = answers.withLock({ $0.failure }) { throw failure }
        var names = Names()
        let source = names.intern("main")
        let route = names.intern("/orders/{id}")
        let key = SeriesKey(
            source: source, route: route, method: .get, status: 200, cache: .hit, segment: .anonymous, version: .none)
        var cell = Cell()
        cell.requests = 7
        return SeriesView(
            from: Timestamp(seconds: 1_700_000_000), to: Timestamp(seconds: 1_700_000_060), primary: source,
            names: names, series: [key: cell])
    }

    func timeline(_ query: TimelineQuery) async throws -> TimelineAnswer {
        if let failure = answers.withLock({ $0.failure }) { throw failure }
        if let source = query.source, source != "main" { throw TimelineError.unknownSource(source) }
        let view = try await window(.oneMinute)
        let from = Timestamp(seconds: 1_700_000_000)
        var timeline = Timeline(
            from: from, to: from + .seconds(60), step: query.step ?? .tenSeconds, by: query.grouping)
        for (key, cell) in view.series { timeline.add(cell, of: key, at: from + .seconds(30)) }
        let subject = TimelineJSON.Subject(
            source: "main", route: query.route, grouping: query.grouping, hasHistograms: query.hasHistograms)
        return TimelineAnswer(timeline: timeline, subject: subject, names: view.names)
    }

    func beat() -> Beat {
        let time = Timestamp(seconds: 1_700_000_000)
        return Beat(
            time: time, release: "1.2.3", startTime: time, health: health(group: nil)!, unready: [], lastLine: time,
            newestEvent: time, lagBytes: 0, lines: LineCounts(), lostBytes: 0, activeSeries: 1, minute: Rollup())
    }

    func inputs() async -> [InputReport] {
        var report = InputReport(path: answers.withLock { $0.ledgerPath }, source: "main", state: .followed)
        report.position = 123
        return [report]
    }

    func ledger() async -> Ledger {
        await gate?.pass()
        return Ledger(inputs: [Ledger.Input(path: answers.withLock { $0.ledgerPath }, source: "main")])
    }
}

extension FakeView {
    func insights() async throws -> Insights {
        if let failure = answers.withLock({ $0.failure }) { throw failure }
        var names = Names()
        let (source, route) = (names.intern("main"), names.intern("/orders/{id}"))
        var evidence = InsightEvidence(source: source)
        for number in 0..<30 {
            var slice = Slice(start: Timestamp(seconds: 1_700_000_000 + Int64(number) * 10), width: .seconds(10))
            let key = SeriesKey(
                source: source, route: route, method: .get, status: 200, cache: .miss, segment: .anonymous,
                version: .none)
            var cell = Cell()
            for row in 1...10 {
                var record = Record()
                record.durationNanoseconds = Int64(row) * 10_000_000
                record.dbCalls = Int64(row + number)
                record.bytes = Int64(row + number) * 1_000
                cell.add(record)
            }
            slice.series[key] = cell
            evidence.add(slice)
        }
        return Insights(evidence, names: names)
    }

    /// Busy while it was told to fail.
    func compare(_ inquiry: ComparisonInquiry) async throws(ComparisonRefusal) -> ComparisonReport {
        if answers.withLock({ $0.failure }) != nil { throw .busy }
        switch inquiry.sides {
        case .change(let id) where id != "cache-the-list": throw .notFound("\(id): no such change")
        case .change:
            return inquiry.question.report(before: FakeView.side(from: 0), after: FakeView.side(from: 3600))
        case .windows(let before, let after):
            return inquiry.question.report(
                before: FakeView.side(from: before.from.nanoseconds / 1_000_000_000),
                after: FakeView.side(from: after.from.nanoseconds / 1_000_000_000))
        }
    }

    /// An hour of ten requests a minute.
    private static func side(from seconds: Int64) -> Side {
        var names = Names()
        var builder = SideBuilder(width: .minutes(1))
        let key = SeriesKey(
            source: names.intern("main"), route: names.intern("/orders"), method: .get, status: 200, cache: .miss,
            segment: .anonymous, version: .none)
        for minute in 0..<60 {
            let time = Timestamp(seconds: seconds + Int64(minute) * 60)
            var cell = Cell()
            cell.requests = 10
            for request in 0..<10 {
                cell.durations.add(nanoseconds: Int64(100 + 10 * request + minute % 7) * 1_000_000)
            }
            builder.add(
                TimedSlice(
                    slice: Slice(start: time, width: .minutes(1), series: [key: cell]), firstEvent: time,
                    lastEvent: time))
        }
        return builder.side(named: "main", names: names)
    }

    func changes() async -> ChangeListing {
        let start = Timestamp(seconds: 1_700_000_000)
        var record = ChangeRecord(
            id: "cache-it", title: "cache it", owner: "ana", created: start,
            expectations: [try! Expectation(parsing: "p95 /orders -30%")], routes: ["/orders"],
            rollback: "make rollback",
            baseline: ChangeBaseline(
                from: start, to: start + .seconds(3_600), requests: 7, slices: 360, source: "main",
                numbers: [ChangeBaseline.Numbers(route: "/orders", Rollup())], insights: ["a sentence"]))
        record.firstChecklist = [ChecklistItem(.cacheStatus, .done, "all of 7 requests")]
        record.add(ChangeRecord.Event(.deploy, at: start + .seconds(4_000), note: "v2"))
        record.add(
            ChangeVerdict(
                time: start + .seconds(9_000), verdict: .notMet,
                after: ChangeVerdict.Window(from: start + .seconds(4_000), to: start + .seconds(8_000), requests: 8),
                reasons: ["the cache was lucky"],
                promises: [ChangeVerdict.Promise(text: "p95 /orders -30%", verdict: .notMet, reason: "it fell by 2 %")],
                checklist: [ChecklistItem(.rollbackRecorded, .done, "")]))
        return ChangeListing([record], unreadable: ["changes/x.json: offset 0: expected a value"])
    }
}

struct FakeFailure: Error, CustomStringConvertible {
    var description: String { "the windows are being rebuilt" }
}

/// Holds those who pass until it is opened, and tells when somebody waits.
actor Gate {
    private var isOpen = false
    private var held: [CheckedContinuation<Void, Never>] = []
    private var watchers: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        if isOpen { return }
        for watcher in watchers { watcher.resume() }
        watchers = []
        await withCheckedContinuation { held.append($0) }
    }

    /// Returns when at least one waits at the gate.
    func someoneWaits() async {
        if !held.isEmpty { return }
        await withCheckedContinuation { watchers.append($0) }
    }

    func open() {
        isOpen = true
        for waiting in held { waiting.resume() }
        held = []
    }
}
