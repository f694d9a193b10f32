import Agent
import Comparison
import Exposition
import RequestLog

/// A comparison whose AFTER still grows: it is looked at until there is a verdict, and every look costs something.
struct ComparisonWatch {
    private let command: CompareCommand
    private let question: ComparisonQuestion
    /// AFTER is so long at the last look of a plan.
    private let plan: Timestamp.Span?

    /// Looks at a side whose slices are short are not more frequent than this.
    private static let shortestPause = Duration.seconds(5)

    init(_ command: CompareCommand, _ question: ComparisonQuestion) {
        self.command = command
        self.question = question
        plan = command.plan?.span
    }

    /// The first verdict that stands, or the last look's.
    func run() async throws -> ComparisonReport {
        let signals = StopSignals()
        var looked = 0
        while true {
            let inputs = try await command.read()
            let layout = Layout(before: inputs.before, after: inputs.after, change: question.change?.id)
            let length = inputs.after.windows.reduce(0.0) { $0 + ($1.to - $1.from).seconds }
            if let look = look(layout, length, after: looked) {
                let report = question.report(inputs: inputs, look: look)
                if case .planned(let number) = look { looked = number }
                let isLast = look == .planned(Look.plannedLooks)
                if isLast || signals.arrived || ComparisonWatch.stands(report, question) { return report }
                tell(report, look)
            } else if signals.arrived {
                return question.report(inputs: inputs)
            } else {
                Terminal.writeError(
                    "plumbline: \(layout.after.count) slices of AFTER so far; the first look is "
                        + "\(plan == nil ? "after \(Look.fewestSlices)" : "at a quarter of the plan")\n")
            }
            try await pause(inputs.after.sliceWidth, signals)
        }
    }

    /// nil: nothing new to look at.
    private func look(_ layout: Layout, _ seconds: Double, after looked: Int) -> Look? {
        guard let plan else {
            return layout.after.count >= Look.fewestSlices ? .openEnded(slices: layout.after.count) : nil
        }
        let number = min(Look.plannedLooks, Int(seconds / plan.seconds * Double(Look.plannedLooks)))
        return number > looked ? .planned(number) : nil
    }

    /// With a promise its verdict, without one a regression.
    private static func stands(_ report: ComparisonReport, _ question: ComparisonQuestion) -> Bool {
        switch report.verdict {
        case .regressed, .met, .notComparable: true
        case .notMet: !question.expectations.isEmpty
        case .inconclusive, .noExpectation: false
        }
    }

    private func tell(_ report: ComparisonReport, _ look: Look) {
        let row = report.leadingRow.map { row in
            "\(row.metric.rawValue) \(row.scope == .all ? "of all routes" : row.scope.description), code effect "
                + ComparisonText.effect(row)
        }
        Terminal.writeError(
            "plumbline: \(report.slices.after) slices: \(report.verdict.rawValue)"
                + (row.map { "; \(escapedForDisplay($0))" } ?? "") + "\n")
    }

    private func pause(_ slice: Timestamp.Span, _ signals: StopSignals) async throws {
        let wait = max(.nanoseconds(slice.nanoseconds), ComparisonWatch.shortestPause)
        let deadline = ContinuousClock.now + wait
        while ContinuousClock.now < deadline, !signals.arrived { try await Task.sleep(for: .milliseconds(200)) }
    }
}
