import CMalloc

/// Memory that was needed once: a backlog that is read at once takes a multiple of what the agent has afterwards.
enum SpareMemory {
    /// How often it is given back at most, in ns: it takes milliseconds in which nobody else gets memory.
    static let interval: Int64 = 60_000_000_000

    /// A table of a thousand histograms takes more; among small pieces such tables leave holes that nobody fills.
    private static let largePieceBytes: Int32 = 256 << 10

    /// Before there is any: large pieces go back as soon as they are free.
    static func keepNoLargePieces() { cmalloc_map_from(largePieceBytes) }

    static func giveBack() { _ = cmalloc_trim() }
}
