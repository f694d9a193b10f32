import Files
import RollingWindow
import Store
import Synchronization
import SystemPackage
import Tailing
import TestSupport

/// What the machine and its disk do.
extension World {
    var hasFaults: Bool {
        disk.disk.withLock { disk in
            !disk.faults.standing.isEmpty || disk.faults.capacityBytes != nil || !disk.faults.failures.isEmpty
                || disk.faults.deathCall != nil
        }
    }

    /// A call has failed since this was asked before, so an error may be its consequence.
    var hasFaultStruck: Bool {
        let (failed, isFull) = disk.disk.withLock { ($0.faults.failed, $0.faults.capacityBytes != nil) }
        defer { failedCalls = failed }
        return failed != failedCalls || isFull
    }

    func breakDisk(_ event: Event) {
        let data = AgentLife.directory
        let journal = data.appending("journal")
        let snapshots = data.appending("snapshots")
        let errno: Errno = random.oneIn(2) ? .noSpace : .ioError
        let operation: FileError.Operation =
            [.write, .sync, .truncate, .open, .rename, .remove].randomElement(using: &random)!
        let reading: FileError.Operation = [.read, .open, .stat, .list].randomElement(using: &random)!
        let place = random.oneIn(2) ? families.randomElement(using: &random)!.home : "/log"
        let call = Int.random(in: 1...30, using: &random)
        let room = Int.random(in: 0...2_000, using: &random)
        disk.plan { plan in
            switch event {
            case .fillJournal: plan.standing.append(.init(.write, journal, .noSpace))
            case .fillSnapshots: plan.standing.append(.init(.write, snapshots, .noSpace))
            case .mountReadOnly: plan.standing.append(.init(nil, data, .readOnlyFileSystem, onlyChanges: true))
            case .failReading: plan.standing.append(.init(reading, place, .ioError))
            case .failWriting: plan.standing.append(.init(operation, data, errno))
            case .failOneCall: plan.failCall(call, with: errno)
            default: break
            }
        }
        tell("    \(disk.disk.withLock { $0.faults.standing.last.map { "\($0)" } ?? "call \(call)" })")
        if event == .fillDisk {
            disk.disk.withLock { disk in
                disk.faults.capacityBytes = disk.nodes.values.reduce(room) { $0 + $1.bytes.count }
            }
        }
    }

    func heal() {
        disk.plan { plan in
            plan.standing = []
            plan.failures = [:]
            plan.capacityBytes = nil
        }
    }

    func cutPower(logsToo: Bool) {
        kill()
        if !logsToo { disk.synchronize(logFiles()) }
        let before = logsToo ? contentsOfLogs() : [:]
        let committed = logsToo ? committedBeginnings(of: before, onlyRead: false) : [:]
        let read = logsToo ? committedBeginnings(of: before, onlyRead: true) : [:]
        disk.crash(seed: random.next())
        held = [:]
        heal()
        for family in families {
            family.writer = nil
            family.torn = nil
            family.compression = nil
        }
        guard logsToo else { return }
        judgeLosses(before, committed, read)
        guard hasCutLogs else { return }
        // A power cut can bring an older cut back.
        for family in families {
            guard let file = disk.identity(of: family.home) else { continue }
            family.cuts.append(LogFamily.Cut(file: file, kept: 0, old: nil))
        }
    }

    private typealias Contents = [SimulatedFileSystem.Identity: [UInt8]]

    /// A copy that was never met can have the inode number, and the content, of a file that was.
    func noteCommitted() {
        guard script.contains(where: { $0.event == .powerCutOfLogs }) else { return }
        for path in families.flatMap({ $0.files(on: disk) }) {
            // Nor was one met that the agent may not open.
            guard let file = disk.identity(of: path), disk.isReadable(file) else { continue }
            if let inode = disk.inode(of: file) { committed[inode] = file }
        }
    }

    private func contentsOfLogs() -> Contents {
        var contents: Contents = [:]
        for path in families.flatMap({ $0.files(on: disk) }) {
            if let file = disk.identity(of: path) { contents[file] = disk.contents(of: path) }
        }
        return contents
    }

    /// How much of each log was counted for certain: what positions on the disk speak of.
    ///
    /// - Parameter onlyRead: leaves out copies of which nothing was read: the agent knows them, and syncs the original.
    private func committedBeginnings(
        of contents: Contents, onlyRead: Bool
    ) -> [SimulatedFileSystem.Identity: Int] {
        let copy = disk.duplicate()
        guard let facts = try? accounts(on: copy) else { return [:] }
        var inodes: [SimulatedFileSystem.Identity: UInt64] = [:]
        for path in families.flatMap({ $0.files(on: disk) }) {
            if let file = disk.identity(of: path) { inodes[file] = try? copy.metadata(of: path).inode }
        }
        var counted: [SimulatedFileSystem.Identity: Int] = [:]
        for (file, content) in contents {
            let states = facts.inputs.filter { !onlyRead || $0.ledger.lineBytes > 0 }
            counted[file] = states.map(\.position).filter { position in
                position.inode == inodes[file] && committed[position.inode] == file
                    && position.offset <= UInt64(content.count)
                    && fingerprint(of: content[..<Int(position.offset)]) == position.fingerprint
            }.map { Int($0.offset) }.max()
        }
        return counted
    }

    /// Commits sync the logs first, so only bytes that nobody counted may be gone. A copy that lost bytes is another
    /// content than its original.
    ///
    /// Not checked: logs that the disk refused to sync once in this life, and what is gzip (its compressor syncs it, or
    /// nobody does).
    private func judgeLosses(
        _ before: Contents, _ committed: [SimulatedFileSystem.Identity: Int],
        _ read: [SimulatedFileSystem.Identity: Int]
    ) {
        for (file, content) in contentsOfLogs() where before[file] != content {
            let counted = committed[file] ?? 0
            if counted > 0, content.prefix(counted) == before[file]?.prefix(counted) { continue }
            let certain = read[file] ?? 0
            let isIntact = certain == 0 || content.prefix(certain) == before[file]?.prefix(certain)
            if !isIntact, !hasUnsyncedLogs, !isDamaged, !isDeleted {
                fail("of \(certain) counted bytes some went with the power")
            }
            hasCutLogs = true
            // What ends without a line feed is a line too, once its file is rotated and idle.
            let (whole, rest) = Truth.split(content[...])
            for segment in whole + [rest] {
                if case .request(let number) = truth.classify(segment) { truth.addCopy(of: number, .powerLoss) }
            }
            // A line with a hole of zeros is one more time read as what its beginning says.
            for segment in whole + [rest] where truth.classify(segment) == .zeroed {
                if let number = truth.numberNamed(by: segment) { truth.addCopy(of: number, .powerLoss) }
            }
        }
    }

    private func logFiles() -> [FilePath] {
        var files = families.flatMap { $0.files(on: disk) }
        for family in families where family.isLinked {
            files += disk.list(family.directory).map { family.directory.appending($0) }
        }
        // A volume that is not mounted keeps what it has.
        return files + below("/away")
    }

    private func below(_ place: FilePath) -> [FilePath] {
        disk.list(place).flatMap { name in [place.appending(name)] + below(place.appending(name)) }
    }

    func stepClock() {
        clocks.step(bySeconds: random.oneIn(2) ? 3_600 : -3_600)
    }

    // MARK: Places

    /// An unmounted volume, a directory that was moved for a moment.
    func hideDirectory() {
        guard disk.list("/log/apps").count > 0, disk.list("/away").isEmpty else { return }
        for family in families where family.home.starts(with: "/log/apps") {
            finishTorn(family)
            family.writer = nil
            family.compression = nil
        }
        disk.makeDirectory("/away")
        disk.move("/log/apps", to: "/away/apps")
    }

    func returnDirectory() {
        guard !disk.list("/away").isEmpty else { return }
        for family in families where family.home.starts(with: "/log/apps") {
            family.torn = nil
            family.writer = nil
            family.compression = nil
        }
        // The service may have made it anew meanwhile; then the old one stays away for good.
        guard disk.identity(of: "/log/apps") == nil else { return }
        disk.move("/away/apps", to: "/log/apps")
    }

    func revoke(_ family: LogFamily) {
        guard let path = family.files(on: disk).randomElement(using: &random) else { return }
        disk.setReadable(false, path)
    }

    func grantAll() {
        for path in families.flatMap({ $0.files(on: disk) }) { disk.setReadable(true, path) }
    }

    // MARK: The data directory

    /// Bits rot while the agent is away.
    func damage() {
        kill()
        let journal = AgentLife.directory.appending("journal")
        let snapshots = AgentLife.directory.appending("snapshots")
        let files = [journal, snapshots].flatMap { folder in disk.list(folder).map { folder.appending($0) } }
        guard let path = files.randomElement(using: &random), let bytes = disk.contents(of: path), bytes.count > 1
        else { return }
        isDamaged = true
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int(random.next() % 3) {
        case 0: disk.overwrite(path, at: place, with: [bytes[place] ^ (1 << UInt8(random.next() % 8))])
        case 1: disk.truncate(path, to: place)
        default: disk.overwrite(path, at: place, with: [UInt8](repeating: 0, count: bytes.count - place))
        }
        tell("    damaged \(path) at \(place)")
    }

    func deleteData() {
        guard disk.identity(of: AgentLife.directory) != nil else { return }
        isDeleted = true
        olderCopy = nil
        disk.deleteTree(AgentLife.directory)
        // Snapshots without their journal, brought back by a power cut, would be damage.
        disk.synchronize([])
    }
}
