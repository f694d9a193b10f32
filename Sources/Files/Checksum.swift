/// FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923): the checksum of a fingerprint's parts.
package struct Checksum: Equatable, Sendable {
    package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package init(of bytes: UnsafeRawBufferPointer) { append(bytes) }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        var sum = value
        for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        value = sum
    }
}
