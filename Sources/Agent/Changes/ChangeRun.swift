package import Comparison
package import Files
package import RequestLog
import RollingWindow
package import SystemPackage

/// What `plumbline change start` and `verify` do with a data directory.
package struct ChangeRun {
    package let desk: ChangeDesk
    private let directory: FilePath
    private let fileSystem: any FileSystem

    package init(_ directory: FilePath, _ fileSystem: any FileSystem) {
        self.directory = directory
        self.fileSystem = fileSystem
        desk = ChangeDesk(directory, fileSystem)
    }

    // MARK: The baseline

    /// The last day, or what there is of it, from the end of what is known backwards.
    package func baselineWindow(now: Timestamp, notBefore limit: Timestamp?) throws(RunFailure) -> Side.Window {
        let known = try ChangeSides(directory, fileSystem).known(from: now - ChangeRun.standardBaseline, to: now)
        guard let known else {
            throw RunFailure(.missingInput, "\(directory): expected requests of the last 24 h, found none")
        }
        let from = max(known.from, limit ?? known.from)
        guard from < known.to else {
            throw RunFailure(
                .missingInput,
                "\(directory): expected requests since \(from), when another change was deployed, found none; say "
                    + "--baseline FROM..TO for an earlier time")
        }
        return Side.Window(from: from, to: known.to)
    }

    private static let standardBaseline = Timestamp.Span.seconds(86_400)

    /// What a change is begun with.
    package struct Draft: Sendable {
        package var id: String?
        package var title: String
        package var owner: String
        package var note: String?
        package var expectations: [Expectation] = []
        package var routes: [String] = []
        package var adminPrefix = ChangeRecord.standardAdminPrefix
        package var rollback: String?
        package var source: String?
        package var reading: LogReading?
        package var window: Side.Window

        package init(title: String, owner: String, window: Side.Window) {
            self.title = title
            self.owner = owner
            self.window = window
        }
    }

    package struct Baseline: Sendable {
        package var draft: Draft
        package var baseline: ChangeBaseline
        package var checklist: [ChecklistItem]
        /// Of each promise.
        package var powers: [BaselinePower]
        package var damages: [String]

        /// Why the promises cannot be carried.
        package var refusals: [String] { powers.filter { !$0.isCarried }.map(\.reason) }
    }

    package func measure(_ draft: Draft) throws(RunFailure) -> Baseline {
        var names = Names()
        let window = draft.window
        let period = try ChangePeriod(
            directory, from: window.from, to: window.to, source: draft.source, names: &names, fileSystem)
        // As it will be called: the checklist names commands.
        let taken = Set(try desk.listing().records.map(\.id))
        let record = ChangeRecord(
            id: ChangeRecord.id(for: draft.title, taken: taken), title: draft.title, owner: draft.owner,
            created: window.to, expectations: draft.expectations, routes: draft.routes,
            adminPrefix: draft.adminPrefix, rollback: draft.rollback,
            baseline: period.baseline(from: window.from, to: window.to, routes: draft.routes))
        var baseline = record.baseline
        baseline.format = draft.reading?.format ?? baseline.format
        baseline.configuration = draft.reading?.configuration ?? baseline.configuration
        baseline.numbers = ChangeBaseline.Numbers.table(period.view, routes: record.affectedRoutes)
        let powers = period.requests == 0 || draft.expectations.isEmpty ? [] : try powers(draft)
        return Baseline(
            draft: draft, baseline: baseline,
            checklist: record.checklist(before: period.evidence, after: nil, names: period.view.names), powers: powers,
            damages: period.damages)
    }

    private func powers(_ draft: Draft) throws(RunFailure) -> [BaselinePower] {
        var sides = try ChangeSides(directory, source: draft.source, fileSystem)
        let read = try sides.read([
            ChangeSides.Asked(name: "baseline", window: draft.window),
            ChangeSides.Asked(name: "baseline again", window: draft.window, shift: BaselinePower.shift),
        ])
        var question = ComparisonQuestion()
        question.expectations = draft.expectations
        question.routes = draft.routes
        let moving = question.report(before: read[0], after: read[1])
        question.drift = .allowance(0)
        let still = question.report(before: read[0], after: read[1])
        return moving.promises.map { promise in
            let isPromised = { (row: ComparisonRow) in
                row.scope == promise.expectation.scope && row.metric == promise.expectation.metric
            }
            return BaselinePower(
                promise.expectation, promised: promise.target, row: moving.rows.first(where: isPromised),
                still: still.rows.first(where: isPromised), length: draft.window.to - draft.window.from)
        }
    }

    /// Stores the record, under a name that is free.
    package func store(_ measured: Baseline, now: Timestamp) throws(RunFailure) -> ChangeRecord {
        let draft = measured.draft
        return try desk.create { (_, taken) throws(RunFailure) in
            var record = ChangeRecord(
                id: draft.id ?? ChangeRecord.id(for: draft.title, taken: taken), title: draft.title, owner: draft.owner,
                note: draft.note, created: now, expectations: draft.expectations, routes: draft.routes,
                adminPrefix: draft.adminPrefix, rollback: draft.rollback, baseline: measured.baseline)
            record.firstChecklist = measured.checklist
            return record
        }
    }

    // MARK: The verdict

    package struct Verification: Sendable {
        package var record: ChangeRecord
        package var report: ComparisonReport
        package var verdict: ChangeVerdict
        package var damages: [String]
    }

    package typealias Progress = (_ done: UInt64, _ all: UInt64) -> Void

    /// Compares, and stores what came out.
    package func verify(
        _ id: String, now: Timestamp, configuration: String? = nil, progress: Progress = { _, _ in }
    ) async throws(RunFailure) -> Verification {
        let record = try desk.record(id)
        guard let windows = record.windows(now: now) else {
            throw RunFailure(
                .missingInput,
                "\(id): expected a mark of what was done (plumbline change mark \(id) deploy), found none in the past")
        }
        var names = Names()
        let before = try period(windows.before.from, windows.before.to, record, &names)
        let after = try period(windows.after.from, windows.after.to, record, &names)
        // A purge is held against the time before it.
        let around = try period(windows.after.from - ChangeRun.beforePurge, windows.after.to, record, &names)
        var added = ComparisonQuestion()
        if !record.routes.isEmpty {
            added.routes = before.evidence.routes(prefix: record.adminPrefix, in: before.view.names)
        }
        let report = try await report(
            of: record, windows, among: try desk.listing().records, asking: added,
            configuration: configuration, progress: progress)
        var items = record.checklist(before: before.evidence, after: after.evidence, names: names, report: report)
        let purged = record.checklist(before: before.evidence, after: around.evidence, names: names, report: report)
        for place in items.indices where items[place].key == .purgeScope { items[place] = purged[place] }
        var verdict = ChangeVerdict(
            report, time: now,
            after: ChangeVerdict.Window(from: windows.after.from, to: windows.after.to, requests: after.requests),
            checklist: items)
        if record.turn?.kind == .rollback { verdict = verdict.ofRollback(report) }
        let stored = try desk.update(id) { (record: inout ChangeRecord) throws(RunFailure) in
            record.add(verdict)
            return record
        }
        return Verification(record: stored, report: report, verdict: verdict, damages: before.damages + after.damages)
    }

    private static let beforePurge = Timestamp.Span.seconds(1_800)

    private func period(
        _ from: Timestamp, _ to: Timestamp, _ record: ChangeRecord, _ names: inout Names
    ) throws(RunFailure) -> ChangePeriod {
        try ChangePeriod(directory, from: from, to: to, source: record.baseline.source, names: &names, fileSystem)
    }

    /// The same comparison without storing anything: what `plumbline compare change:ID` asks for.
    ///
    /// - Parameter added: what is asked beside the record's own promises and routes.
    package func report(
        of record: ChangeRecord, _ windows: ChangeRecord.Windows, among others: [ChangeRecord],
        asking added: ComparisonQuestion = ComparisonQuestion(), configuration: String? = nil,
        progress: Progress = { _, _ in }
    ) async throws(RunFailure) -> ComparisonReport {
        let marks = others.filter { $0.id != record.id }.flatMap(\.marks) + record.marks
        var before = SideRequest(input: directory.string, from: windows.before.from, to: windows.before.to)
        var after = SideRequest(input: directory.string, from: windows.after.from, to: windows.after.to)
        (before.marks, after.marks) = (marks, marks)
        if configuration != nil { before.configuration = record.baseline.configuration }
        after.configuration = configuration
        let inputs = try await ComparisonRun(fileSystem: fileSystem, source: record.baseline.source)
            .read(before: before, after: after, progress: progress)
        var question = added
        question.expectations = record.question.expectations + added.expectations
        question.routes = record.question.routes + added.routes
        question.change = record.question.change
        return question.report(before: inputs.before, after: inputs.after, history: inputs.history)
    }
}

extension ChangeRecord {
    /// What is asked of the two sides; after a rollback nothing is promised but that all is as it was.
    package var question: ComparisonQuestion {
        var question = ComparisonQuestion()
        question.expectations = turn?.kind == .rollback ? [] : expectations
        question.routes = routes
        question.change = changeNote
        return question
    }
}
