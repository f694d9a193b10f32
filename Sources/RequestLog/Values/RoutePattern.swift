/// A path with places that any value fits, as a user writes it: `/users/:id`, `/users/{id}`, `/static/**`, `/**/*.css`.
///
/// `:name`, `{name}` and `*` stand for one segment that is not empty, `**` for any number of them. Inside a segment `*`
/// and `{name}` stand for any bytes. Everything else is itself, byte for byte, but that what is not ASCII may be written
/// as it is or as clients send it: `/café` is `/caf%C3%A9`.
package struct RoutePattern: Hashable, Sendable {
    enum Segment: Hashable {
        case text([UInt8])
        case one
        case many
        /// What stands between any bytes: `report-*.pdf` is `report-` and `.pdf`.
        case pieces([[UInt8]])
    }

    /// Where a path, or a segment of it, ends in the target of a request.
    private static let ends: [UInt8] = [UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: ";")]

    /// As it was written: the name of the routes that it takes.
    package let text: String
    let segments: [Segment]

    package init(_ text: String) throws(RoutePatternError) {
        guard text.utf8.first == slash, text.utf8.count <= RouteTemplate.longest,
            text.utf8.allSatisfy({ $0 > space && $0 != 0x7f && !RoutePattern.ends.contains($0) })
        else {
            throw RoutePatternError(
                expected: "a path from its slash on, of at most \(RouteTemplate.longest) bytes, without ?, # and ;")
        }
        var segments: [Segment] = []
        for part in text.utf8.dropFirst().split(separator: slash, omittingEmptySubsequences: false) {
            var bytes = Array(part)
            bytes.removeLast(bytes.count - bytes.withUnsafeMutableBufferPointer(RoutePattern.withoutPercentSigns))
            segments.append(try RoutePattern.segment(bytes))
        }
        self.text = text
        self.segments = segments
    }

    /// The bytes that every path of the pattern begins with; those behind a `;` are no part of a path.
    var beginning: [UInt8] {
        var bytes: [UInt8] = []
        for segment in segments {
            // `/static/**` takes `/static` too.
            if segment == .many { return bytes }
            bytes.append(slash)
            guard case .text(let text) = segment else { return bytes }
            bytes += text
        }
        return bytes
    }

    /// Whether a path must be read without its percent signs to be held against it.
    var isWide: Bool {
        segments.contains { segment in
            switch segment {
            case .text(let text): text.contains { $0 >= 0x80 }
            case .pieces(let pieces): pieces.joined().contains { $0 >= 0x80 }
            case .one, .many: false
            }
        }
    }

    private static func segment(_ bytes: [UInt8]) throws(RoutePatternError) -> Segment {
        if bytes == [star, star] { return .many }
        var pieces: [[UInt8]] = [[]]
        var rest = bytes[...]
        if rest.first == colon, rest.dropFirst().first.map(isOfName) == true {
            rest = rest.dropFirst().drop(while: isOfName)
            pieces.append([])
        }
        while let byte = rest.popFirst() {
            switch byte {
            case star: pieces.append([])
            case openBrace:
                guard let close = rest.firstIndex(of: closeBrace), close > rest.startIndex,
                    !rest[..<close].contains(openBrace)
                else {
                    throw RoutePatternError(expected: "{name} where a brace is")
                }
                rest = rest[(close + 1)...]
                pieces.append([])
            case closeBrace: throw RoutePatternError(expected: "{name} where a brace is")
            default: pieces[pieces.count - 1].append(byte)
            }
        }
        if pieces.count == 1 { return .text(pieces[0]) }
        return pieces.allSatisfy(\.isEmpty) ? .one : .pieces(pieces)
    }

    /// Puts the bytes from 0x80 on in the place of their percent signs and digits; returns how many bytes are left.
    ///
    /// What is ASCII stays as it is written: `%2F` is no slash.
    static func withoutPercentSigns(_ bytes: inout UnsafeMutableBufferPointer<UInt8>) -> Int {
        var (place, kept) = (0, 0)
        while place < bytes.count {
            var length = 1
            var byte = bytes[place]
            if byte == UInt8(ascii: "%"), place + 2 < bytes.count, let high = hexadecimal(bytes[place + 1]), high >= 8,
                let low = hexadecimal(bytes[place + 2])
            {
                (byte, length) = (high << 4 | low, 3)
            }
            bytes[kept] = byte
            kept += 1
            place += length
        }
        return kept
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - zero }
        let letter = lowercased(byte) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        isDigit(byte) || lowercased(byte) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }
}

/// Why a text is no pattern.
package struct RoutePatternError: Error, Equatable, Sendable {
    package var expected: String
}

private let star = UInt8(ascii: "*")
