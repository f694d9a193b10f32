import Agent
import Files
import RollingWindow
import Store
import SystemPackage
import Tailing
import TestSupport

/// What vanishes unread.
extension World {
    /// A log is cut while it cannot be read: what the last look saw of it is lost, to the byte.
    func loseUnread(_ family: LogFamily) {
        guard let life, !family.isLinked, !hasFaults, !isDamaged, !isDeleted, disk.contents(of: family.home) != nil
        else { return }
        finishTorn(family)
        grantAll()
        append(1, to: family)
        work(seconds: 1.2)
        guard let content = disk.contents(of: family.home), let log = follower(of: family.home, content) else { return }
        let before = lostBytes(of: life)
        let home = family.home
        disk.plan { $0.standing.append(.init(.read, home, .ioError)) }
        append(Int.random(in: 1...5, using: &random), to: family)
        turn()
        let seen = disk.contents(of: family.home)?.count ?? 0
        disk.truncate(family.home)
        turn()
        heal()
        append(1, to: family)
        work(seconds: 1.2)
        let found = lostBytes(of: life) - before
        let expected = UInt64(seen - content.count)
        if found != expected { fail("\(found) bytes of log \(log) stated as lost, \(expected) were seen and are gone") }
    }

    /// The log that is known to have been read to this content's end.
    private func follower(of path: FilePath, _ content: [UInt8]) -> UInt32? {
        guard let life, !content.isEmpty else { return nil }
        return life.store.state.inputs.values.map(\.position).first { position in
            !position.finished && position.path == path && position.offset == UInt64(content.count)
                && fingerprint(of: content[...]) == position.fingerprint
        }?.log
    }

    private func lostBytes(of life: AgentLife) -> UInt64 {
        life.ingest.ledger.inputs.reduce(0) { $0 + $1.ledger.lostBytes }
    }
}
