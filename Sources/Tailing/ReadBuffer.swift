/// The piece of memory that all logs are read into: page-aligned, with room in front for the bytes before the position
/// (they are compared with what was read there before) and readable bytes behind.
///
/// It can go to another thread, for it has one owner: that is why it holds its address as a number.
package struct ReadBuffer: ~Copyable, Sendable {
    /// The bytes before the position that are read again with every block.
    static let overlap = 4096
    /// Readers of a block may look this far behind its end.
    static let padding = 64
    static let usualCapacity = 256 * 1024

    private var address: UInt
    /// Bytes of new content that fit.
    private(set) var capacity: Int
    private let startCapacity: Int
    private let limit: Int

    /// - Parameter limit: as far as the buffer ever grows: the longest line with its LF.
    init(limit: Int) {
        self.limit = limit
        startCapacity = min(Self.usualCapacity, limit)
        capacity = startCapacity
        address = Self.allocate(startCapacity)
    }

    deinit { memory.deallocate() }

    private var memory: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: address)! }

    package var isGrown: Bool { capacity > startCapacity }
    var isFullyGrown: Bool { capacity == limit }

    /// The memory for up to `overlap + capacity` bytes.
    var whole: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: memory, count: Self.overlap + capacity)
    }

    mutating func grow() { resize(to: min(limit, capacity * 2)) }

    /// Grows and keeps the first bytes.
    mutating func growKeeping(_ count: Int) {
        let old = memory
        capacity = min(limit, capacity * 2)
        address = Self.allocate(capacity)
        memory.copyMemory(from: old, byteCount: count)
        old.deallocate()
    }

    mutating func shrink() {
        if capacity > startCapacity { resize(to: startCapacity) }
    }

    private mutating func resize(to capacity: Int) {
        memory.deallocate()
        address = Self.allocate(capacity)
        self.capacity = capacity
    }

    /// Where in the memory these bytes stand.
    package func range(of bytes: UnsafeRawBufferPointer) -> Range<Int> {
        let start = UInt(bitPattern: bytes.baseAddress) - address
        return Int(start)..<(Int(start) + bytes.count)
    }

    package func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(rebasing: whole[range]))
    }

    /// Another one like a fresh one of the same owner.
    package func twin() -> ReadBuffer { ReadBuffer(limit: limit) }

    private static func allocate(_ capacity: Int) -> UInt {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: overlap + capacity + padding, alignment: 4096)
        UnsafeMutableRawBufferPointer(rebasing: memory[(overlap + capacity)...]).initializeMemory(
            as: UInt8.self, repeating: 0)
        return UInt(bitPattern: memory.baseAddress)
    }
}
