/// Memory for lines that do not stand anywhere as they are read: joined, unescaped, without colours.
///
/// What was made for one line stays until `removeAll`, for one wrapper may stand inside another.
struct LineCopies: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity = 1_024
    private var used = 0
    /// Memory that was too small, with content of the line at hand.
    private var outgrown: [UnsafeMutablePointer<UInt8>] = []

    init() { memory = .allocate(capacity: capacity) }

    deinit {
        for piece in outgrown { piece.deallocate() }
        memory.deallocate()
    }

    var isEmpty: Bool { used == 0 && outgrown.isEmpty }

    mutating func removeAll() {
        used = 0
        if !outgrown.isEmpty { freeOutgrown() }
    }

    /// A line that `fill` writes, which returns its length: at most `count` bytes. A line feed is put behind them.
    mutating func line(
        of count: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int
    ) -> UnsafePointer<UInt8> {
        let needed = count + 1 + ByteRun.padding
        if needed > capacity - used { grow(to: needed) }
        let start = memory + used
        let length = fill(start)
        start[length] = lineFeed
        (start + length + 1).update(repeating: 0, count: ByteRun.padding)
        used += length + 1 + ByteRun.padding
        return UnsafePointer(start)
    }

    private mutating func grow(to needed: Int) {
        outgrown.append(memory)
        capacity = max(capacity, needed) * 2
        memory = .allocate(capacity: capacity)
        used = 0
    }

    @inline(never)
    private mutating func freeOutgrown() {
        for piece in outgrown { piece.deallocate() }
        outgrown.removeAll()
    }
}
