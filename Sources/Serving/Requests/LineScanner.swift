/// Finds the end of a line, CR LF and nothing else, over bytes that may arrive one by one.
///
/// Every byte is looked at once. Control bytes are refused as they are met, so a client that speaks TLS or something
/// else altogether gets its answer with the first bytes.
struct LineScanner {
    /// Bytes of the line that were looked at and need not be again.
    private(set) var scannedCount = 0

    /// The length of the line at the front of `bytes`, without CR LF; nil while the end is missing.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(RequestFault) -> Int? {
        var index = scannedCount
        let end = bytes.count
        while index < end {
            let byte = bytes[index]
            if byte >= 0x20 && byte != 0x7F || byte == ASCII.tab {
                index += 1
            } else if byte == ASCII.carriageReturn {
                guard index + 1 < end else { break }
                guard bytes[index + 1] == ASCII.lineFeed else { throw .malformed("a carriage return inside a line") }
                scannedCount = 0
                return index
            } else if byte == ASCII.lineFeed {
                throw .malformed("a line that ends without a carriage return")
            } else {
                throw .malformed("control byte \(byte) in the request")
            }
        }
        scannedCount = index
        return nil
    }
}

/// The bytes that have a meaning in the grammar of RFC 9112.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let percent: UInt8 = 0x25
    static let ampersand: UInt8 = 0x26
    static let plus: UInt8 = 0x2B
    static let comma: UInt8 = 0x2C
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let equals: UInt8 = 0x3D
    static let questionMark: UInt8 = 0x3F
    static let backslash: UInt8 = 0x5C

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// The value of a hexadecimal digit.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// `tchar` of RFC 9110 §5.6.2.
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// Whether the bytes are the lower-case `word`, in any case.
    static func equal(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count {
            let byte = bytes[index]
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lower != word.utf8Start[index] { return false }
        }
        return true
    }

    /// Without the blanks and tabs at both ends.
    static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] == space || bytes[start] == tab { start += 1 }
        while end > start, bytes[end - 1] == space || bytes[end - 1] == tab { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}
