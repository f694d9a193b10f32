import Agent
import Files
import RollingWindow
import Store
import SystemPackage
import Tailing
import TestSupport

/// What vanishes unread.
extension World {
    /// A log is cut before it was read to its end: what the last look saw of it is lost, to the byte.
    func loseUnread(_ family: LogFamily) {
        guard let life, !family.isLinked, !hasFaults, !hasCutLogs, !isDamaged, !isDeleted,
            disk.contents(of: family.home) != nil
        else { return }
        finishTorn(family)
        grantAll()
        append(1, to: family)
        work(seconds: 1.2)
        guard let content = disk.contents(of: family.home), let log = follower(of: family.home, content) else { return }
        let before = lostBytes(of: log, life)
        var bytes: [UInt8] = []
        // More than one read takes.
        while bytes.count < 300_000 {
            let number = makeLine(padding: 1_400)
            bytes += truth.lines[number].text + [10]
        }
        writer(of: family).write(bytes)
        turn(budgetBytes: 1)
        // Of this log alone: the agent's lag has other logs in it, such as a rotated copy that was found in the same look.
        guard let offset = life.ingest.position(of: log)?.offset else { return }
        let unread = UInt64(content.count + bytes.count) &- offset
        disk.truncate(family.home)
        turn()
        append(1, to: family)
        // It might lie elsewhere meanwhile.
        work(seconds: 12)
        for _ in 0..<2 {
            turn(now: true)
            storeTurn()
        }
        let found = lostBytes(of: log, life) &- before
        if unread > 0, unread < bytes.count, found != unread {
            fail("\(found) bytes of log \(log) stated as lost, \(unread) were seen and are gone")
        }
    }

    /// The log that is known to have been read to this content's end.
    private func follower(of path: FilePath, _ content: [UInt8]) -> UInt32? {
        guard let life, !content.isEmpty else { return nil }
        return life.store.state.inputs.values.map(\.position).first { position in
            !position.finished && position.path == path && position.offset == UInt64(content.count)
                && fingerprint(of: content[...]) == position.fingerprint
        }?.log
    }

    /// As the last commit says; other logs may be given up at the same time.
    private func lostBytes(of log: UInt32, _ life: AgentLife) -> UInt64 {
        life.store.state.inputs[log]?.ledger.lostBytes ?? 0
    }
}
