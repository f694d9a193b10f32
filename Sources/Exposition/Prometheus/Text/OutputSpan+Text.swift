/// Text into room that was reserved for it: the room is looked at once for each piece, not for each byte.
extension OutputSpan<UInt8> {
    mutating func append(_ piece: [UInt8]) {
        let length = piece.count
        precondition(length <= freeCapacity, "the text is longer than the room that was reserved for it")
        withUnsafeMutableBufferPointer { room, count in
            guard let start = room.baseAddress, length > 0 else { return }
            piece.withUnsafeBytes {
                UnsafeMutableRawPointer(start + count).copyMemory(
                    from: $0.baseAddress.unsafelyUnwrapped, byteCount: length)
            }
            count += length
        }
    }

    mutating func append(integer value: UInt64) {
        let digits = value.digits
        precondition(digits <= freeCapacity, "the number is longer than the room that was reserved for it")
        withUnsafeMutableBufferPointer { room, count in
            var rest = value
            for place in stride(from: count + digits - 1, through: count, by: -1) {
                room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            count += digits
        }
    }

    /// `name{labels} value` and the end of the line; without labels, without braces.
    mutating func appendSample(_ name: [UInt8], _ labels: [UInt8], _ value: [UInt8]) {
        append(name)
        if !labels.isEmpty {
            append(UInt8(ascii: "{"))
            append(labels)
            append(UInt8(ascii: "}"))
        }
        append(UInt8(ascii: " "))
        append(value)
        append(UInt8(ascii: "\n"))
    }
}

extension UInt64 {
    static let mostDigits = 20

    /// How many decimal digits it has; 0 has one.
    fileprivate var digits: Int {
        var (digits, rest) = (1, self / 10)
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        return digits
    }
}
