/// The one piece of memory that all logs are read into: page-aligned, with room in front for the bytes before the
/// position (they are compared with what was read there before) and readable bytes behind.
struct ReadBuffer: ~Copyable {
    /// The bytes before the position that are read again with every block.
    static let overlap = 4096
    /// Readers of a block may look this far behind its end.
    static let padding = 64
    static let usualCapacity = 256 * 1024

    private(set) var bytes: UnsafeMutableRawBufferPointer
    /// Bytes of new content that fit.
    private(set) var capacity: Int
    private let startCapacity: Int
    private let limit: Int

    /// - Parameter limit: as far as the buffer ever grows: the longest line with its LF.
    init(limit: Int) {
        self.limit = limit
        startCapacity = min(Self.usualCapacity, limit)
        capacity = startCapacity
        bytes = Self.allocate(startCapacity)
    }

    deinit { bytes.deallocate() }

    var isGrown: Bool { capacity > startCapacity }
    var isFullyGrown: Bool { capacity == limit }

    /// The memory for up to `overlap + capacity` bytes.
    var whole: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: bytes[..<(Self.overlap + capacity)])
    }

    mutating func grow() { resize(to: min(limit, capacity * 2)) }

    /// Grows and keeps the first bytes.
    mutating func growKeeping(_ count: Int) {
        let old = bytes
        capacity = min(limit, capacity * 2)
        bytes = Self.allocate(capacity)
        bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: old[..<count]))
        old.deallocate()
    }

    mutating func shrink() {
        if capacity > startCapacity { resize(to: startCapacity) }
    }

    private mutating func resize(to capacity: Int) {
        bytes.deallocate()
        bytes = Self.allocate(capacity)
        self.capacity = capacity
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutableRawBufferPointer {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: overlap + capacity + padding, alignment: 4096)
        UnsafeMutableRawBufferPointer(rebasing: memory[(overlap + capacity)...]).initializeMemory(
            as: UInt8.self, repeating: 0)
        return memory
    }
}
