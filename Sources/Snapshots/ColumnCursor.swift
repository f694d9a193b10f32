import Glibc
import RollingWindow

/// Reads numbers where the columns lie in memory.
///
/// It says what `ByteReader` says of the same bytes. That is in another target, and a block is read number by number:
/// here every call is a few instructions of the loop around it.
struct ColumnCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var offset = 0

    /// - Parameter bytes: which outlive the cursor.
    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var remaining: Int { bytes.count - offset }

    /// Whether the next bytes are these; no bytes are none that it begins with.
    func begins(with other: [UInt8]) -> Bool {
        guard !other.isEmpty, other.count <= remaining, let start = bytes.baseAddress else { return false }
        return other.withUnsafeBytes { memcmp(start + offset, $0.baseAddress.unsafelyUnwrapped, other.count) == 0 }
    }

    mutating func skip(_ count: Int) { offset += count }

    func failure(_ expected: String) -> DecodingFailure { DecodingFailure(offset: offset, expected: expected) }

    @inline(__always)
    mutating func byte() throws(DecodingFailure) -> UInt8 {
        guard offset < bytes.count else { throw failure("another byte") }
        let byte = bytes[offset]
        offset &+= 1
        return byte
    }

    @inline(__always)
    mutating func varint() throws(DecodingFailure) -> UInt64 {
        if offset < bytes.count, bytes[offset] < 0x80 {
            let byte = bytes[offset]
            offset &+= 1
            return UInt64(byte)
        }
        return try longVarint()
    }

    @inline(__always)
    mutating func zigzag() throws(DecodingFailure) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw &>> 1) ^ -Int64(bitPattern: raw & 1)
    }

    @inline(__always)
    mutating func wideVarint() throws(DecodingFailure) -> UInt128 {
        if let short = shortVarint() { return UInt128(short) }
        return try longWideVarint()
    }

    @inline(__always)
    mutating func wideZigzag() throws(DecodingFailure) -> Int128 {
        if let short = shortVarint() { return Int128(Int64(bitPattern: short &>> 1) ^ -Int64(bitPattern: short & 1)) }
        let raw = try longWideVarint()
        return Int128(bitPattern: raw >> 1) ^ -Int128(bitPattern: raw & 1)
    }

    /// One of at most nine bytes, which are 63 bits; nil leaves everything as it is.
    @inline(__always)
    private mutating func shortVarint() -> UInt64? {
        var value: UInt64 = 0
        var place = offset
        let end = min(bytes.count, offset &+ 9)
        var shift: UInt64 = 0
        while place < end {
            let byte = bytes[place]
            place &+= 1
            value |= UInt64(byte & 0x7f) &<< shift
            if byte < 0x80 {
                offset = place
                return value
            }
            shift &+= 7
        }
        return nil
    }

    private mutating func longVarint() throws(DecodingFailure) -> UInt64 {
        if let short = shortVarint() { return short }
        guard let value = UInt64(exactly: try longWideVarint()) else { throw failure("a number of at most 64 bits") }
        return value
    }

    private mutating func longWideVarint() throws(DecodingFailure) -> UInt128 {
        var value: UInt128 = 0
        var shift: UInt128 = 0
        while true {
            let next = try byte()
            guard shift < 126 || next < 4 else { throw failure("a number of at most 128 bits") }
            value |= UInt128(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    /// A count of things of which each takes at least `leastBytes`, so that a damaged count cannot ask for memory.
    @inline(__always)
    mutating func count(leastBytes: Int = 1) throws(DecodingFailure) -> Int {
        let value = try varint()
        guard value <= UInt64(remaining / leastBytes) else { throw failure("a count that the bytes can hold") }
        return Int(value)
    }

    mutating func text() throws(DecodingFailure) -> String {
        let length = try count()
        let start = offset
        let slice = UnsafeBufferPointer(rebasing: bytes[start..<start + length])
        offset += length
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw DecodingFailure(offset: start, expected: "UTF-8 text")
        }
        return text
    }
}
