import Comparison
import Files
import RequestLog
import Serving
import Synchronization
import SystemPackage

/// Comparisons beside a running agent, out of its data directory: one at a time.
final class ComparisonDesk: Sendable {
    private let directory: FilePath
    private let fileSystem: any FileSystem
    private let isBusy = Mutex(false)

    init(_ directory: FilePath, _ fileSystem: any FileSystem) {
        self.directory = directory
        self.fileSystem = fileSystem
    }

    func report(_ inquiry: ComparisonInquiry) async throws(ComparisonRefusal) -> ComparisonReport {
        let isFree = isBusy.withLock { busy in
            defer { busy = true }
            return !busy
        }
        guard isFree else { throw .busy }
        defer { isBusy.withLock { $0 = false } }
        do throws(RunFailure) {
            switch inquiry.sides {
            case .windows(let before, let after): return try await report(before, after, inquiry.question)
            case .change(let id): return try await report(change: id, inquiry.question)
            }
        } catch {
            throw error.kind == .missingInput ? .notFound(error.message) : .failed(error.message)
        }
    }

    private func report(
        _ before: Side.Window, _ after: Side.Window, _ question: ComparisonQuestion
    ) async throws(RunFailure) -> ComparisonReport {
        var requests = [before, after].map {
            SideRequest(input: directory.string, from: $0.from, to: $0.to)
        }
        // What changes did in the meantime is marked in their records.
        let marks = try ChangeDesk(directory, fileSystem).listing().records.flatMap(\.marks)
        for place in requests.indices { requests[place].marks = marks }
        let inputs = try await ComparisonRun(fileSystem: fileSystem).read(before: requests[0], after: requests[1])
        return question.report(before: inputs.before, after: inputs.after, history: inputs.history)
    }

    private func report(
        change id: String, _ question: ComparisonQuestion
    ) async throws(RunFailure) -> ComparisonReport {
        let run = ChangeRun(directory, fileSystem)
        let record = try run.desk.record(id)
        guard let windows = record.windows(now: AgentClock.wall) else {
            throw RunFailure(.missingInput, "\(id): nothing was marked yet, so there is no AFTER")
        }
        return try await run.report(of: record, windows, among: try run.desk.listing().records, asking: question)
    }
}
