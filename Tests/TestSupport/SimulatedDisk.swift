import Files
package import SystemPackage

/// What is on the simulated disk, and what of it would survive a power cut.
package struct SimulatedDisk: Sendable {
    package enum Kind: Sendable { case regular, directory, symlink, fifo }

    package struct Node: Sendable {
        package var kind: Kind
        package var inode: UInt64
        package var bytes: [UInt8] = []
        package var modifiedNanoseconds: Int64
        package var readable = true
        /// Where a symbolic link points.
        package var target: FilePath?
        var handles = 0
        var links = 1
        var lockedBy: Int?
        /// This many of `bytes` are durable, unless `durableBytes` says what is.
        var durableCount = 0
        /// The durable content when `bytes` no longer begins with it.
        var durableBytes: [UInt8]?
        /// Bytes that only memory has and that no sync writes any more.
        var dropped: [Range<Int>] = []
        /// Count changes of the content, and of the names and permissions.
        var contentChanges = 0
        var nameChanges = 0
    }

    /// A change of a name; durable in the order in which it was made, as on a journalling file system.
    enum Change: Sendable {
        case link(String, Int)
        case unlink(String)
        case rename(String, String)
    }

    package var faults = FaultPlan()
    /// What the disk was at the call that was to be photographed.
    var photographs: [SimulatedDisk] = []
    /// The wall clock that stamps files.
    package var nowNanoseconds: Int64 = 1_700_000_000_000_000_000
    package internal(set) var nodes: [Int: Node] = [:]
    /// Counts crashes: handles of an earlier era are dead.
    var era = 0
    var entries: [String: Int] = [:]
    var durableEntries: [String: Int] = [:]
    var pendingChanges: [Change] = []
    private var freeInodes: Set<UInt64> = []
    private var nextNode = 1
    private var nextInode: UInt64 = 100
    private var nextHandle = 1

    init() {
        nodes[0] = Node(kind: .directory, inode: 2, modifiedNanoseconds: nowNanoseconds)
        entries["/"] = 0
        durableEntries = entries
    }

    /// Every call of the program under test begins here.
    mutating func enter(
        _ operation: FileError.Operation, _ path: FilePath, isChange: Bool = false
    ) throws(FileError) {
        if faults.isPhotographed {
            var photograph = self
            photograph.photographs = []
            photographs.append(photograph)
        }
        try faults.check(operation, path, isChange: isChange)
    }

    var usedBytes: Int { nodes.values.reduce(0) { $0 + $1.bytes.count } }

    func metadata(of node: Int) -> FileMetadata? {
        guard let found = nodes[node] else { return nil }
        let kind: FileMetadata.Kind =
            switch found.kind {
            case .regular: .regular
            case .directory: .directory
            case .symlink, .fifo: .other
            }
        return FileMetadata(
            kind: kind, device: 1, inode: found.inode, size: UInt64(found.bytes.count),
            modifiedNanoseconds: found.modifiedNanoseconds)
    }

    // MARK: Content

    mutating func append(_ bytes: some Collection<UInt8>, to node: Int) {
        guard var found = nodes.removeValue(forKey: node) else { return }
        found.bytes.append(contentsOf: bytes)
        found.modifiedNanoseconds = nowNanoseconds
        found.contentChanges += 1
        nodes[node] = found
    }

    mutating func truncate(_ node: Int, to length: Int) {
        guard var found = nodes.removeValue(forKey: node) else { return }
        found.dropped = found.dropped.filter { $0.lowerBound < length }.map {
            $0.lowerBound..<min($0.upperBound, length)
        }
        if length < found.durableCount {
            if found.durableBytes == nil { found.durableBytes = Array(found.bytes.prefix(found.durableCount)) }
            found.durableCount = length
        }
        if length <= found.bytes.count {
            found.bytes.removeSubrange(length...)
        } else {
            found.bytes.append(contentsOf: repeatElement(0, count: length - found.bytes.count))
        }
        found.modifiedNanoseconds = nowNanoseconds
        found.contentChanges += 1
        nodes[node] = found
    }

    mutating func synchronize(_ node: Int) {
        guard let count = nodes[node]?.bytes.count else { return }
        nodes[node]?.durableBytes = nil
        nodes[node]?.durableCount = count
    }

    /// A sync failed: the kernel forgets that these pages are not on the disk.
    mutating func dropPages(of node: Int) {
        guard let found = nodes[node], found.durableBytes == nil, found.durableCount < found.bytes.count else { return }
        nodes[node]?.dropped.append(found.durableCount..<found.bytes.count)
    }

    // MARK: Handles

    mutating func open(_ node: Int) -> Int {
        nodes[node]?.handles += 1
        defer { nextHandle += 1 }
        return nextHandle
    }

    mutating func close(_ node: Int, handle: Int) {
        nodes[node]?.handles -= 1
        if nodes[node]?.lockedBy == handle { nodes[node]?.lockedBy = nil }
        releaseIfUnused(node)
    }

    mutating func lock(_ node: Int, handle: Int) -> Bool {
        guard nodes[node]?.lockedBy == nil || nodes[node]?.lockedBy == handle else { return false }
        nodes[node]?.lockedBy = handle
        return true
    }

    // MARK: Nodes

    mutating func make(_ kind: Kind, target: FilePath? = nil) -> Int {
        // The lowest free number is given out, as on ext4; so the order in which files are closed changes nothing.
        let inode = freeInodes.min() ?? nextInode
        freeInodes.remove(inode)
        if inode == nextInode { nextInode += 1 }
        defer { nextNode += 1 }
        nodes[nextNode] = Node(
            kind: kind, inode: inode, modifiedNanoseconds: nowNanoseconds, target: target, links: 0)
        return nextNode
    }

    /// A node without names and handles gives its inode number back; its content stays while a crash could bring it back.
    mutating func releaseIfUnused(_ node: Int) {
        guard let found = nodes[node], found.links == 0, found.handles == 0 else { return }
        if found.inode != 0 { freeInodes.insert(found.inode) }
        let mayReturn = durableEntries.values.contains(node)
        if mayReturn { nodes[node]?.inode = 0 } else { nodes[node] = nil }
    }

    /// For a node that a crash brought back after its number had been given away.
    mutating func renumber(_ node: Int) {
        guard nodes[node]?.inode == 0 else { return }
        nodes[node]?.inode = nextInode
        nextInode += 1
    }

    mutating func forgetFreeInodes() { freeInodes = [] }
}
