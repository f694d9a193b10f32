package import Files
package import RequestLog
package import Store
package import SystemPackage

/// Deletes old snapshots, or has the agent that holds the data directory do it: what `plumbline snapshots prune` does.
package struct PruneRun {
    package enum Result: Equatable, Sendable {
        case done(PruneOutcome)
        case doneByAgent(PruneOutcome)
        /// Why the agent did not do it.
        case refused(String)
        /// Somebody holds the directory and says nothing; the request is taken back.
        case unanswered
        /// A hold cannot be read, so nothing was touched.
        case unreadableHolds([String])
    }

    /// What would be deleted.
    package struct Forecast: Equatable, Sendable {
        package var files: [SnapshotFileReport] = []
        /// Files that holds protect.
        package var held = 0

        package var bytes: UInt64 { files.reduce(0) { $0 + $1.bytes } }
    }

    private let directory: DataDirectory
    private let before: Timestamp?
    private let fileSystem: any FileSystem

    private static let pollNanoseconds: Int64 = 50_000_000

    /// - Parameter before: everything that ended until then goes; nil applies the limits.
    package init(_ path: FilePath, before: Timestamp?, _ fileSystem: any FileSystem) {
        directory = DataDirectory(path)
        self.before = before
        self.fileSystem = fileSystem
    }

    /// - Parameters:
    ///   - limits: where no agent runs, which has its own.
    ///   - patienceNanoseconds: how long an agent may take.
    ///   - sleep: waits for so many nanoseconds.
    package func run(
        limits: StoreLimits, now: Timestamp, patienceNanoseconds: Int64, sleep: (Int64) -> Void
    ) throws(StoreError) -> Result {
        do throws(StoreError) {
            return try pruneAlone(limits, now)
        } catch {
            guard case .locked = error else { throw error }
        }
        try PruneRequest(before: before).write(directory, fileSystem)
        var waited: Int64 = 0
        while true {
            switch try PruneRequest.state(directory, fileSystem) {
            case .done(let outcome): return .doneByAgent(outcome)
            case .refused(let reason): return .refused(reason)
            case .waiting, .none: break
            }
            guard waited < patienceNanoseconds else { break }
            sleep(PruneRun.pollNanoseconds)
            waited += PruneRun.pollNanoseconds
        }
        try PruneRequest.withdraw(directory, fileSystem)
        return .unanswered
    }

    private func pruneAlone(_ limits: StoreLimits, _ now: Timestamp) throws(StoreError) -> Result {
        var names = Names()
        var generator = SystemRandomNumberGenerator()
        var store = try Store.open(
            fileSystem, at: directory.path, limits: limits, names: &names, generator: &generator)
        var round = RetentionRound(now: now, before: before)
        while store.advance(&round) {}
        if let failure = round.failure { throw failure }
        guard round.unreadableHolds.isEmpty else { return .unreadableHolds(round.unreadableHolds) }
        return .done(round.outcome)
    }

    /// Changes nothing and needs no lock.
    package static func forecast(
        _ path: FilePath, before: Timestamp, now: Timestamp, _ fileSystem: any FileSystem
    ) throws(StoreError) -> Forecast {
        let holds = Holds(DataDirectory(path), fileSystem)
        let current = now.floored(to: DataDirectory.hour)
        var forecast = Forecast()
        for report in try SnapshotFileReport.all(in: path, fileSystem) {
            let name = report.path.lastComponent?.string ?? ""
            let (start, width) =
                switch report.kind {
                case .hour: (DataDirectory.hour(ofFile: name), DataDirectory.hour)
                case .day: (DataDirectory.day(ofFile: name), DataDirectory.day)
                case .segment: (Timestamp?.none, DataDirectory.hour)
                }
            guard let start, start + width <= min(before, current) else { continue }
            let isHeld = holds.spans.values.contains { $0.contains { $0.from < start + width && start < $0.to } }
            if isHeld || !holds.unreadable.isEmpty { forecast.held += 1 } else { forecast.files.append(report) }
        }
        return forecast
    }
}
