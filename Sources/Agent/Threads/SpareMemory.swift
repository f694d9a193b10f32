import CMalloc

/// Memory that was needed once: a backlog that is read at once takes a multiple of what the agent has afterwards.
enum SpareMemory {
    /// How often it is given back at most, in ns: it takes milliseconds in which nobody else gets memory.
    static let interval: Int64 = 60_000_000_000

    static func giveBack() { _ = cmalloc_trim() }
}
