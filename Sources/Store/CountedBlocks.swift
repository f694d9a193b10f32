package import Snapshots

/// A block that counts, as it is on disk.
package struct CountedBlock: Sendable {
    package let frame: Frame
    package let header: BlockHeader

    package var identity: BlockIdentity { BlockIdentity(frame, header) }
}

/// Blocks of one hour or one day, and which of them count.
struct CountedBlocks {
    private(set) var blocks: [CountedBlock] = []
    /// How many of them are in files; the journal's come behind these.
    private(set) var filed = 0
    private var merge = SnapshotMerge()

    mutating func add(_ frame: Frame, _ header: BlockHeader) {
        merge.add(header)
        blocks.append(CountedBlock(frame: frame, header: header))
    }

    mutating func endFiles() { filed = blocks.count }

    func decide() -> SnapshotMerge.Decision { merge.decide() }

    /// Those that count among the narrower ones inside a block.
    func inside(_ number: Int) -> [Int] { merge.decide(inside: number).counted }

    /// The block, or the narrower ones inside it where these are wanted and together hold all that it holds.
    ///
    /// What is left of the narrower ones may be less: a total outlives its slices, and a copy may have had only some. They
    /// are part of the block, so they are all of it exactly when they have as many requests.
    func parts(
        of number: Int, unless isWanted: (BlockHeader) -> Bool,
        where hold: (_ parts: [CountedBlock], _ whole: CountedBlock) -> Bool
    ) -> [Int] {
        guard !isWanted(blocks[number].header) else { return [number] }
        let inside = inside(number)
        guard !inside.isEmpty, hold(inside.map { blocks[$0] }, blocks[number]) else { return [number] }
        return inside.flatMap { parts(of: $0, unless: isWanted, where: hold) }
    }
}
