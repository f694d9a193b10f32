import Snapshots

/// How many requests blocks hold, and the blocks that were inflated to find out until somebody wants what is in them.
///
/// Whether a total's slices are all there is told by their requests, and then the slices themselves are read: the last
/// ones are kept unpacked in between, as far as they find room.
struct BlockShelf: Sendable {
    private static let mostBytes = 16 << 20

    /// Nil of one whose columns cannot be read.
    private var requests: [BlockIdentity: UInt64?] = [:]
    private var opened: [BlockIdentity: OpenedBlock] = [:]
    private var bytes = 0
    private var counter = RequestCounter()

    /// Forgets what is unpacked, and not what is known of it.
    mutating func clear() {
        opened = [:]
        bytes = 0
    }

    mutating func requests(of counted: CountedBlock) -> UInt64? {
        let identity = counted.identity
        if let known = requests[identity] { return known }
        // Totals are asked for nothing but their requests where their slices are there.
        if counted.header.stretch.width >= DataDirectory.hour {
            let count = try? OpenedBlock.requests(in: counted.frame, by: &counter)
            requests.updateValue(count, forKey: identity)
            return count
        }
        guard let block = try? OpenedBlock(counted.frame), let count = try? block.requests(by: &counter)
        else {
            requests.updateValue(nil, forKey: identity)
            return nil
        }
        requests[identity] = count
        if bytes + block.byteCount <= BlockShelf.mostBytes {
            opened[identity] = block
            bytes += block.byteCount
        }
        return count
    }

    /// Whether the parts of a block have as many requests as it has; not where one of them cannot be read.
    mutating func hold(_ parts: [CountedBlock], all whole: CountedBlock) -> Bool {
        guard let requests = requests(of: whole) else { return false }
        var sum: UInt64 = 0
        for part in parts {
            guard let count = self.requests(of: part) else { return false }
            sum &+= count
        }
        return sum == requests
    }

    /// Takes it from the shelf, or inflates it.
    mutating func take(_ counted: CountedBlock) throws(SnapshotError) -> OpenedBlock {
        guard let block = opened.removeValue(forKey: counted.identity) else { return try OpenedBlock(counted.frame) }
        bytes -= block.byteCount
        return block
    }
}
