import Exposition
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import Tailing

/// How each input stands, for people.
extension Ingest {
    /// Logs in the order in which they were met, then what is waited for, then what is long gone.
    var inputReports: [InputReport] {
        drain()
        var reports: [InputReport] = []
        for (number, log) in logs.sorted(by: { $0.key < $1.key }) where !log.isOnlyKnown {
            var report = InputReport(
                path: log.path, source: log.sourceName, state: state(of: number), ledger: log.ledger)
            if tailer.position(of: number) != nil { report.position = position(of: number)?.offset }
            report.lagBytes = tailer.lagBytes(of: number)
            report.rejects = log.rejects
            reports.append(report)
        }
        for (path, problem) in problems.sorted(by: { $0.key.string < $1.key.string }) {
            if let known = reports.lastIndex(where: { $0.path == path.string }) {
                reports[known].problem = "\(problem)"
            } else {
                // The input as it was written, or a path that a glob has found.
                let source = inputs.first { $0.tail.pattern == path.string }?.tail.source ?? names[primary]
                var report = InputReport(path: path.string, source: source, state: .waiting)
                report.problem = "\(problem)"
                reports.append(report)
            }
        }
        return reports
            + retired.entries.map { InputReport(path: $0.path, source: $0.source, state: .retired, ledger: $0.ledger) }
    }

    private func state(of log: UInt32) -> InputReport.State {
        switch tailer.reading(of: log) {
        case .followed: .followed
        case .sought: .sought
        case .finished: .finished
        // Pipes and sockets are not the tailer's.
        case nil: .followed
        }
    }
}
