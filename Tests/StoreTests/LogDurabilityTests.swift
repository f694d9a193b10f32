import Files
import RequestLog
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("The logs behind a commit")
struct LogDurabilityTests {
    private let log: FilePath = "/log/a.log"
    private let text = Array(repeating: UInt8(ascii: "x"), count: 3_000)

    private func openStore(on disk: SimulatedFileSystem) throws -> (Store, Names) {
        var names = Names()
        var random = SeededRandom(seed: 7)
        disk.makeDirectory("/data")
        return (
            try Store.open(disk, at: "/data", limits: StoreLimits(), names: &names, generator: &random), names
        )
    }

    @Test("what a commit says was counted is still in the log when the power comes back", arguments: 0..<40)
    func synced(seed: UInt64) throws {
        let disk = SimulatedFileSystem()
        disk.makeDirectory("/log")
        disk.write(text, to: log)
        try disk.synchronizeDirectory("/log")
        var (store, names) = try openStore(on: disk)
        var commit = Commit(resolutionNanoseconds: 1)
        commit.files = [try disk.open(log, .read)]
        try store.commit(commit, names: names)
        disk.write(text, to: log)
        disk.crash(seed: seed)
        #expect(disk.contents(of: log)?.prefix(text.count) == text[...], "seed \(seed)")
    }

    @Test("a log that cannot be synced is committed and counted as such")
    func refused() throws {
        let disk = SimulatedFileSystem()
        disk.makeDirectory("/log")
        disk.write(text, to: log)
        var (store, names) = try openStore(on: disk)
        var commit = Commit(resolutionNanoseconds: 1)
        commit.files = [try disk.open(log, .read)]
        disk.plan { $0.standing = [FaultPlan.Standing(.sync, "/log", .ioError)] }
        try store.commit(commit, names: names)
        #expect(store.statistics.logSynchronizationFailures == 1 && store.state.sequence == 1)
        #expect(store.logSynchronizationFailure == FileError(.sync, log, .ioError))
    }
}
