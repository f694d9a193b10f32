import Files
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
        let paths = families.flatMap { $0.files(on: disk) }
        var before: [[UInt8]] = []
        if logsToo { before = paths.compactMap { disk.contents(of: $0) } } else { disk.synchronize(logFiles()) }
        disk.crash(seed: random.next())
        heal()
        for family in families {
            family.writer = nil
            family.torn = nil
            family.compression = nil
        }
        guard logsToo else { return }
        hasCutLogs = true
        // What lost bytes is another content than the one that was counted.
        let intact = Set(before)
        for path in families.flatMap({ $0.files(on: disk) }) {
            guard let content = disk.contents(of: path), !intact.contains(content) else { continue }
            for number in requests(in: content) { truth.addCopy(of: number, .powerLoss) }
            // A line with a hole of zeros is one more time read as what its beginning says.
            for segment in Truth.split(content[...]).whole where truth.classify(segment) == .zeroed {
                if let number = truth.numberNamed(by: segment) { truth.addCopy(of: number, .powerLoss) }
            }
        }
    }

    private func logFiles() -> [FilePath] {
        var files = families.flatMap { $0.files(on: disk) }
        for family in families where family.isLinked {
            files += disk.list(family.directory).map { family.directory.appending($0) }
        }
        return files
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
        // What is passed over at the first start is measured then; a log that cannot be read then is another story.
        guard inputs[0].fromStart else { return }
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
        disk.deleteTree(AgentLife.directory)
    }
}
