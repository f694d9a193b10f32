/// Bytes that are not what the format says: where, what was found there, what was expected.
package struct SnapshotError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// The bytes end inside a record: a file that is being written, or a crash.
        case torn
        case damaged
        /// Whole, and written by a newer Plumbline: to be left alone.
        case newerVersion
        /// More than the format's limits allow: only when encoding.
        case tooLarge
    }

    package var kind: Kind
    /// Bytes from the beginning of the file, or of the block where there is no file.
    package var offset: UInt64
    /// What the bytes at the offset are: `checksum`, `length`, `version`.
    package var subject: String
    package var found: String
    package var expected: String

    package init(_ kind: Kind, offset: UInt64, _ subject: String, found: String, expected: String) {
        self.kind = kind
        self.offset = offset
        self.subject = subject
        self.found = found
        self.expected = expected
    }

    package func moved(by distance: UInt64) -> SnapshotError {
        var error = self
        error.offset += distance
        return error
    }

    package var description: String {
        "offset \(grouped(offset)): \(subject) is \(found), expected \(expected)"
    }
}

/// 1204 as `1,204`.
package func grouped(_ number: UInt64) -> String {
    var text = ""
    for (place, digit) in String(number).reversed().enumerated() {
        if place > 0, place.isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return String(text.reversed())
}
