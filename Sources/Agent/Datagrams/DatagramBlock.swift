import RequestLog
package import SystemPackage

/// Datagrams behind each other, as lines: what one ends without a line feed gets one.
///
/// It can go to another thread, for it has one owner: that is why it holds its address as a number.
package struct DatagramBlock: ~Copyable, Sendable {
    /// The longest datagram that is read: that of UDP. A longer one is counted as `too_long`.
    package static let longestDatagram = 64 << 10
    package static let capacity = 1 << 20

    /// Datagrams that were too long to be looked at.
    package private(set) var overlong: (count: UInt64, bytes: UInt64) = (0, 0)
    /// Line feeds that nobody has sent.
    package private(set) var addedLineFeeds = 0
    private var count = 0
    private let address: UInt

    package init() {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: DatagramBlock.capacity + RecordReader.padding, alignment: 4096)
        address = UInt(bitPattern: memory)
    }

    deinit { memory.deallocate() }

    private var memory: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: address)! }

    package var isEmpty: Bool { count == 0 && overlong.count == 0 }

    /// There may be no room for another datagram.
    package var isFull: Bool { count + DatagramBlock.longestDatagram >= DatagramBlock.capacity }

    /// Whole lines; `RecordReader.padding` bytes behind them are readable.
    package var lines: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count) }

    /// Appends a datagram; false when there is none. The block is not full.
    ///
    /// - Parameters:
    ///   - limit: a datagram with more bytes is passed over.
    ///   - receive: puts a datagram into the room and returns how long it was; nil when there is none.
    package mutating func append(
        limit: Int, _ receive: (UnsafeMutableRawBufferPointer) throws(Errno) -> Int?
    ) throws(Errno) -> Bool {
        let limit = min(limit, DatagramBlock.longestDatagram)
        guard let length = try receive(UnsafeMutableRawBufferPointer(start: memory + count, count: limit)) else {
            return false
        }
        if length > limit {
            overlong = (overlong.count &+ 1, overlong.bytes &+ UInt64(length))
        } else if length > 0 {
            count += length
            if lines.last != DatagramBlock.lineFeed {
                memory.storeBytes(of: DatagramBlock.lineFeed, toByteOffset: count, as: UInt8.self)
                count += 1
                addedLineFeeds += 1
            }
        }
        return true
    }

    package mutating func removeAll() {
        count = 0
        addedLineFeeds = 0
        overlong = (0, 0)
    }

    private static let lineFeed = UInt8(ascii: "\n")
}
