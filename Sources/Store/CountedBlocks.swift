import Snapshots

/// Blocks of one hour or one day, and which of them count.
struct CountedBlocks {
    private(set) var frames: [Frame] = []
    private(set) var headers: [BlockHeader] = []
    /// How many of them are in files; the journal's come behind these.
    private(set) var filed = 0
    private var merge = SnapshotMerge()
    /// Requests of a frame; nil for one whose columns cannot be read.
    private var requests: [Int: UInt64?] = [:]

    mutating func add(_ frame: Frame, _ header: BlockHeader) {
        merge.add(header)
        frames.append(frame)
        headers.append(header)
    }

    mutating func endFiles() { filed = frames.count }

    func decide() -> SnapshotMerge.Decision { merge.decide() }

    /// Those that count among the narrower ones inside a block.
    func inside(_ number: Int) -> [Int] { merge.decide(inside: number).counted }

    /// The block, or the narrower ones inside it where these are wanted and together hold all that it holds.
    ///
    /// What is left of the narrower ones may be less: a total outlives its slices, and a copy may have had only some. They
    /// are part of the block, so they are all of it exactly when they have as many requests.
    mutating func parts(of number: Int, unless isWanted: (BlockHeader) -> Bool) -> [Int] {
        guard !isWanted(headers[number]) else { return [number] }
        let inside = merge.decide(inside: number).counted
        guard !inside.isEmpty, let whole = requestCount(number) else { return [number] }
        var sum: UInt64 = 0
        for part in inside {
            guard let count = requestCount(part) else { return [number] }
            sum &+= count
        }
        guard sum == whole else { return [number] }
        return inside.flatMap { parts(of: $0, unless: isWanted) }
    }

    mutating func requestCount(_ number: Int) -> UInt64? {
        if let known = requests[number] { return known }
        let count = try? SnapshotBlock.requests(in: frames[number])
        requests[number] = .some(count)
        return count
    }
}
