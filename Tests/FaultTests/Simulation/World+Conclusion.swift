import Agent
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import Tailing
import TestSupport

/// The end: everything works again, the agent catches up, and every account is settled.
extension World {
    func conclude() {
        tell("everything heals")
        heal()
        returnDirectory()
        grantAll()
        limitWatches(false)
        for family in families {
            if !random.oneIn(4) { finishTorn(family) }
            if random.oneIn(2) { finishCompression(of: family) } else { abandonCompression(of: family) }
        }
        if configuration.inputs.count != inputs.count {
            kill()
            configuration.inputs = inputs
        }
        start()
        guard life != nil else { return fail("no agent at the end") }
        excuseCutLogs()
        catchUp()
        settle(afterRestart: false)
        guard failures.isEmpty else { return }
        flush(slicesEndingBefore: Timestamp(nanoseconds: .max))
        compareAccounts()
        kill()
        start()
        catchUp()
        settle(afterRestart: true)
        kill()
    }

    private func catchUp() {
        for _ in 0..<(configuration.openLogs < 100 ? 12 : 4) {
            work(seconds: 1)
            clocks.pass(nanoseconds: 10_500_000_000)
            work(seconds: 1)
        }
        for _ in 0..<2 {
            turn(now: true)
            storeTurn()
        }
        tell("caught up: \(describeFiles())  \(describeAgent())")
    }

    private func settle(afterRestart: Bool) {
        guard let life else { return }
        compareAccounts()
        if isDeleted, disk.identity(of: AgentLife.directory) == nil { return }
        do throws(StoreError) {
            var facts = try accounts(on: disk.duplicate())
            let account =
                isPruned || isDamaged ? try SnapshotAccount.of(AgentLife.directory, disk.duplicate()) : nil
            if let account, account.pruned > 0 {
                var counters = Accounts()
                add(life.store.state.counters.series, life.ingest.names, to: &counters)
                facts.counts = counters.counts.merging(isDamaged ? facts.counts : [:]) { zip($0, $1).map(max) }
                facts.pruned = account.pruned
            }
            // Also said by `snapshots verify`, where the damaged file is out of the way.
            let missing = isDamaged ? account?.missing ?? 0 : 0
            if !facts.damages.isEmpty || life.store.statistics.damages > 0 || missing > 0 { isDamageStated = true }
            settleLines(facts, afterRestart)
            settleLogs(facts)
            settleWindow(life, facts, afterRestart)
        } catch {
            fail("cannot read the data directory: \(error)")
        }
    }

    private func settleLines(_ facts: Accounts, _ afterRestart: Bool) {
        let (owed, _) = existing()
        var future = facts.inputs.reduce(0) { $0 + Int($1.ledger.counts[.futureTime]) }
        for number in owed.sorted() {
            let line = truth.lines[number]
            let counted = facts.counts.values.reduce(0) { $0 + (number < $1.count ? $1[number] : 0) }
            if !afterRestart { statistics.owed += 1 }
            guard counted != 1 else { continue }
            if counted == 0, line.isOwed {
                if clocks.hasStepped, future > 0 {
                    future -= 1
                    note(.future, afterRestart)
                } else if isDamaged, isDamageStated {
                    note(.damage, afterRestart)
                } else if isDeleted {
                    note(.deletedDirectory, afterRestart)
                } else {
                    fail("line \(number) lost, of \(places(of: number))")
                }
            } else {
                for excuse in line.excuses { note(excuse, afterRestart) }
            }
        }
        settleLosses(facts, owed, afterRestart)
    }

    /// What is stated as lost was there, is not there any more, and was not counted.
    private func settleLosses(_ facts: Accounts, _ owed: Set<Int>, _ afterRestart: Bool) {
        let lost = facts.inputs.reduce(UInt64(0)) { $0 + $1.ledger.lostBytes }
        if !afterRestart { statistics.lostBytes += lost }
        guard lost > 0, !isDamaged, !isDeleted, !hasCutLogs else { return }
        var most = UInt64(truth.otherBytes)
        for number in truth.lines.indices where !owed.contains(number) {
            let counted = facts.counts.values.contains { number < $0.count && $0[number] > 0 }
            if !counted { most += UInt64(truth.lines[number].text.count + 2) }
        }
        if lost > most { fail("\(lost) bytes stated as lost, at most \(most) are") }
    }

    private func places(of number: Int) -> String {
        let text = truth.lines[number].text
        let places = families.flatMap { $0.files(on: disk) }.filter { path in
            Truth.split((content(of: path) ?? [])[...]).whole.contains { $0.starts(with: text) }
        }
        return places.map(\.string).joined(separator: " and ")
    }

    private func note(_ excuse: Excuse, _ afterRestart: Bool) {
        if !afterRestart { statistics.excuses[excuse, default: 0] += 1 }
    }

    /// Each log whose content is still where it was found: its ledger against that content, to the byte.
    private func settleLogs(_ facts: Accounts) {
        for state in facts.inputs {
            let (position, ledger) = (state.position, state.ledger)
            guard ledger.lineBytes > 0, let content = content(of: position.path),
                position.offset <= UInt64(content.count),
                fingerprint(of: content[..<Int(position.offset)]) == position.fingerprint
            else {
                statistics.uncheckedLogs += 1
                continue
            }
            statistics.checkedLogs += 1
            // What was known from elsewhere, or there before the start, comes first and was not read.
            let unread = Int(position.offset) - Int(ledger.lineBytes)
            if unread < 0, hasCutLogs || hasTwins { continue }
            // A log cut below where it was begun is read from its new start; what was skipped is no longer in it.
            if unread < ledger.skippedAtStart, hasCutLogs { continue }
            guard unread >= ledger.skippedAtStart, unread == 0 || content[unread - 1] == 10 else {
                if unread > 0, wasPassedOver(content[..<unread]) { continue }
                fail("\(position.path) stands at \(position.offset), its ledger at \(ledger.lineBytes)")
                continue
            }
            let read = content[unread..<Int(position.offset)]
            var (segments, rest) = Truth.split(read)
            if !rest.isEmpty { segments.append(rest) }
            var (requests, blank, tooLong, malformed) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
            var (zeroed, lateFeeds) = (false, UInt64(0))
            for segment in segments {
                switch truth.classify(segment) {
                case .request(let number):
                    requests += 1
                    if truth.lateFeeds.contains(number) { lateFeeds += 1 }
                case .blank: blank += 1
                case .tooLong: tooLong += 1
                case .zeroed: zeroed = true
                case .malformed:
                    malformed += 1
                    tell(
                        "malformed in \(position.path): \(segment.count) bytes \(String(decoding: segment.prefix(80), as: UTF8.self)) … \(String(decoding: segment.suffix(400), as: UTF8.self))"
                    )
                }
            }
            let counts = ledger.counts
            let found = [
                counts.accepted + counts[.futureTime], counts.blank, counts[.tooLong],
                counts.rejected - counts[.tooLong] - counts[.futureTime],
            ]
            if !zeroed, found != [requests, blank, tooLong, malformed] {
                // The last line of a file that was away for a while is a line, whatever is written behind it later.
                let (lines, segments) = (found.reduce(0, +), requests + blank + tooLong + malformed)
                if lines >= segments, lines - segments <= malformed + tooLong + lateFeeds, wasAway(position.path) {
                    statistics.splitLines += Int(lines - segments)
                    continue
                }
                fail("\(position.path): the ledger says \(found), the file \([requests, blank, tooLong, malformed])")
            }
            let left = UInt64(content.count) - position.offset
            if ledger.unfinished != (position.finished ? 0 : left) {
                fail("\(position.path): \(left) bytes behind the last line, the ledger says \(ledger.unfinished)")
            }
        }
    }

    private func wasAway(_ path: FilePath) -> Bool {
        families.contains { family in
            path.string.hasPrefix(family.home.string) && (family.rotations > 0 || family.isLinked)
        }
    }

    /// Whether lines of this content stood beside a log before the agent came.
    private func wasPassedOver(_ content: ArraySlice<UInt8>) -> Bool {
        let (whole, rest) = Truth.split(content)
        return whole.contains { segment in
            guard case .request(let number) = truth.classify(segment) else { return true }
            return !truth.lines[number].isOwed
        } || !rest.isEmpty
    }

    func fingerprint(of content: ArraySlice<UInt8>) -> Fingerprint {
        var builder = FingerprintBuilder()
        content.withUnsafeBytes { builder.append($0) }
        return builder.fingerprint
    }

    /// The longest window holds what the snapshots hold of its time.
    private func settleWindow(_ life: AgentLife, _ facts: Accounts, _ afterRestart: Bool) {
        guard !life.wasRewound, life.hasHistory, !isDamaged, !isDeleted else { return }
        // What was pruned before this life began is in no window of it.
        guard !isPruned || life.store.statistics.requestsPruned >= facts.pruned else { return }
        guard let from = life.ingest.view(.oneHour).from else { return }
        statistics.windowsChecked += 1
        let now = clocks.wall
        for (source, counts) in facts.counts {
            var expected: UInt64 = 0
            for (number, count) in counts.enumerated() where count > 0 {
                let time = truth.lines[number].time
                if time >= from, time.floored(to: .seconds(afterRestart ? 10 : 1)) <= now { expected += count }
            }
            let view = life.ingest.view(.oneHour)
            let found = view.series.reduce(UInt64(0)) {
                $0 + (view.names[$1.key.source] == source ? $1.value.requests : 0)
            }
            if found != expected { fail("\(expected) requests of \(source) in the last hour, \(found) in its window") }
        }
    }
}
