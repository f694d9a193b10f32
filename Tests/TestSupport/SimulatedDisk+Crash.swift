extension SimulatedDisk {
    /// The power goes: of what was not synchronized, chance decides what is there afterwards.
    ///
    /// Names: a beginning of the pending changes happened, the rest did not. Content: what was synchronized, or that with
    /// a beginning of what was appended since, of which single sectors may read as zeros. Every handle and lock is gone.
    mutating func crash(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        era += 1
        let survivors = Int.random(in: 0...pendingChanges.count, using: &random)
        for change in pendingChanges.prefix(survivors) { Self.apply(change, to: &durableEntries) }
        pendingChanges = []
        entries = durableEntries
        for node in nodes.keys.sorted() {
            let names = entries.values.reduce(0) { $0 + ($1 == node ? 1 : 0) }
            guard names > 0 || node == 0 else {
                nodes[node] = nil
                continue
            }
            renumber(node)
            nodes[node]?.links = names
            nodes[node]?.handles = 0
            nodes[node]?.lockedBy = nil
            if nodes[node]?.kind == .regular { decideContent(of: node, &random) }
        }
        for (path, node) in entries where nodes[node] == nil { entries[path] = nil }
        durableEntries = entries
        forgetFreeInodes()
    }

    private mutating func decideContent(of node: Int, _ random: inout SeededRandom) {
        guard var found = nodes[node] else { return }
        let sector = 512
        if let durable = found.durableBytes {
            if random.oneIn(2) { found.bytes = durable }
        } else if found.bytes.count > found.durableCount {
            let kept = Int.random(in: found.durableCount...found.bytes.count, using: &random)
            found.bytes.removeSubrange(kept...)
            var start = (found.durableCount + sector - 1) / sector * sector
            while start < kept {
                if random.oneIn(8) {
                    for index in start..<min(kept, start + sector) { found.bytes[index] = 0 }
                }
                start += sector
            }
        }
        for range in found.dropped where range.lowerBound < found.bytes.count {
            for index in range where index < found.bytes.count { found.bytes[index] = 0 }
        }
        found.dropped = []
        found.durableBytes = nil
        found.durableCount = found.bytes.count
        nodes[node] = found
    }
}
