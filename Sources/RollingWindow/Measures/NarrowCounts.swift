/// Counts side by side in memory, each of 1, 2, 4 or 8 bytes: 2 to the power of an exponent. The agent's
/// processors are little-endian.
///
/// These loops are where windows and snapshots spend their time, so each is compiled for each pair of widths.
enum NarrowCounts {
    enum Operation { case adding, subtracting }

    /// The least for counts that are so many together.
    @inline(__always)
    static func exponent(for total: UInt64) -> Int {
        total <= 0xff ? 0 : total <= 0xffff ? 1 : total <= 0xffff_ffff ? 2 : 3
    }

    @inline(__always)
    static func exponent(of type: (some FixedWidthInteger).Type) -> Int { (type.bitWidth / 8).trailingZeroBitCount }

    /// Copies counts that fit to a place among so many others, which are zero.
    static func copy(
        _ source: UnsafeRawPointer, exponent: Int, _ count: Int, to place: Int = 0, of width: Int? = nil,
        as wanted: Int
    ) -> [UInt8] {
        let size = (width ?? count) << wanted
        // What makes an array of a length looks for the type of its buffer at run time, which takes 400 instructions.
        var target: [UInt8] = []
        target.reserveCapacity(size)
        target.append(addingCapacity: size) { room in
            room.withUnsafeMutableBufferPointer { bytes, filled in
                guard let start = UnsafeMutableRawPointer(bytes.baseAddress) else { return }
                start.initializeMemory(as: UInt8.self, repeating: 0, count: size)
                _ = combine(start + place << wanted, exponent: wanted, source, exponent: exponent, count, by: .adding)
                filled = size
            }
        }
        return target
    }

    /// Puts counts to their places behind the first one's, among so many others, which are zero.
    static func spread(
        _ counts: ArraySlice<UInt64>, at indices: ArraySlice<Int32>, of width: Int, as exponent: Int
    ) -> [UInt8] {
        let (size, first) = (width << exponent, indices[indices.startIndex])
        return [UInt8](unsafeUninitializedCapacity: size) { target, filled in
            let start = UnsafeMutableRawPointer(target.baseAddress.unsafelyUnwrapped)
            start.initializeMemory(as: UInt8.self, repeating: 0, count: size)
            for (index, count) in zip(indices, counts) {
                let place = start + Int(index - first) << exponent
                switch exponent {
                case 0: place.storeBytes(of: UInt8(truncatingIfNeeded: count), as: UInt8.self)
                case 1: place.storeBytes(of: UInt16(truncatingIfNeeded: count), as: UInt16.self)
                case 2: place.storeBytes(of: UInt32(truncatingIfNeeded: count), as: UInt32.self)
                default: place.storeBytes(of: count, as: UInt64.self)
                }
            }
            filled = size
        }
    }

    /// Adds the parts to the sums, or takes them away; false when there was less to take from.
    static func combine(
        _ sums: UnsafeMutableRawPointer, exponent: Int, _ parts: UnsafeRawPointer, exponent partExponent: Int,
        _ count: Int, by operation: Operation
    ) -> Bool {
        switch exponent {
        case 0: combine(sums, as: UInt8.self, parts, partExponent, count, operation)
        case 1: combine(sums, as: UInt16.self, parts, partExponent, count, operation)
        case 2: combine(sums, as: UInt32.self, parts, partExponent, count, operation)
        default: combine(sums, as: UInt64.self, parts, partExponent, count, operation)
        }
    }

    @inline(__always)
    private static func combine<Sum: FixedWidthInteger & UnsignedInteger>(
        _ sums: UnsafeMutableRawPointer, as: Sum.Type, _ parts: UnsafeRawPointer, _ exponent: Int, _ count: Int,
        _ operation: Operation
    ) -> Bool {
        let sums = sums.assumingMemoryBound(to: Sum.self)
        return switch exponent {
        case 0: combine(sums, parts.assumingMemoryBound(to: UInt8.self), count, operation)
        case 1: combine(sums, parts.assumingMemoryBound(to: UInt16.self), count, operation)
        case 2: combine(sums, parts.assumingMemoryBound(to: UInt32.self), count, operation)
        default: combine(sums, parts.assumingMemoryBound(to: UInt64.self), count, operation)
        }
    }

    @inline(__always)
    private static func combine<Sum: FixedWidthInteger, Part: FixedWidthInteger>(
        _ sums: UnsafeMutablePointer<Sum>, _ parts: UnsafePointer<Part>, _ count: Int, _ operation: Operation
    ) -> Bool {
        switch operation {
        case .adding:
            for place in 0..<count { sums[place] &+= Sum(truncatingIfNeeded: parts[place]) }
            return true
        case .subtracting:
            var lacking: Sum = 0
            for place in 0..<count {
                let part = Sum(truncatingIfNeeded: parts[place])
                lacking |= sums[place] < part ? 1 : 0
                sums[place] &-= part
            }
            return lacking == 0
        }
    }

    @inline(__always)
    static func count(at place: Int, _ bytes: UnsafeRawBufferPointer, exponent: Int) -> UInt64 {
        switch exponent {
        case 0: UInt64(bytes[place])
        case 1: UInt64(bytes.load(fromByteOffset: 2 * place, as: UInt16.self))
        case 2: UInt64(bytes.load(fromByteOffset: 4 * place, as: UInt32.self))
        default: bytes.load(fromByteOffset: 8 * place, as: UInt64.self)
        }
    }

    /// Eight bytes at once, of which mostly all are zero.
    @inline(__always)
    static func forEachFilled(
        _ bytes: UnsafeRawBufferPointer, exponent: Int, _ body: (_ place: Int, _ count: UInt64) -> Void
    ) {
        let (bits, inWord) = (UInt64(8 << exponent), 8 >> exponent)
        let mask = UInt64.max >> (64 - bits)
        var place = 0
        for offset in stride(from: 0, to: bytes.count, by: 8) {
            var word = word(at: offset, bytes)
            while word != 0 {
                let number = word.trailingZeroBitCount >> (3 + exponent)
                let shift = UInt64(number) * bits
                body(place + number, word >> shift & mask)
                word &= ~(mask << shift)
            }
            place += inWord
        }
    }

    /// Places from the first that is not zero to the last.
    static func filled(_ bytes: UnsafeRawBufferPointer, exponent: Int) -> Range<Int> {
        var (first, behind) = (0, bytes.count)
        while first < behind, bytes[first] == 0 { first += 1 }
        while behind > first, bytes[behind - 1] == 0 { behind -= 1 }
        return first >> exponent..<(behind + (1 << exponent) - 1) >> exponent
    }

    /// With zeros behind the end.
    @inline(__always)
    private static func word(at offset: Int, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let left = bytes.count - offset
        if left >= 8 { return bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        return (0..<left).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }
}
