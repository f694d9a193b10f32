/// The bytes of a configuration file, checked before anyone parses them.
struct FileText {
    static let maximumSize = ByteCount.mebibytes(1)

    /// UTF-8 without a byte order mark and without control characters but tab and line breaks.
    let bytes: [UInt8]

    init(_ bytes: [UInt8], file: String) throws(SettingsError) {
        guard bytes.count <= Self.maximumSize.bytes else {
            throw SettingsError(
                place: .file(name: file, line: 1, column: 1),
                problem: .wrong(
                    expected: "a file of at most \(Self.maximumSize.text)", found: ByteCount(bytes: bytes.count).text))
        }
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let bad = Self.firstBad(in: content) else {
            self.bytes = content
            return
        }
        let mark = Self.mark(of: bad.offset, in: content)
        throw SettingsError(
            place: .file(name: file, line: mark.line, column: mark.column),
            problem: .wrong(expected: bad.expected, found: bad.found))
    }

    /// The bytes of a line, numbered from 1, without its break; empty behind the end.
    func line(_ number: Int) -> ArraySlice<UInt8> {
        let lines = bytes.split(separator: 10, maxSplits: number, omittingEmptySubsequences: false)
        return number <= lines.count ? lines[number - 1] : []
    }

    private static func firstBad(in content: [UInt8]) -> (offset: Int, expected: String, found: String)? {
        let text = "UTF-8 text"
        let control = content.firstIndex { ($0 < 0x20 && $0 != 9 && $0 != 10 && $0 != 13) || $0 == 0x7F }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: content.span)
        } catch {
            let offset = error.byteOffsets.lowerBound
            if offset < control ?? .max { return (offset, text, "the byte \(hexadecimal(content[offset]))") }
        }
        if let control { return (control, text, "the control character \(hexadecimal(content[control]))") }
        return firstTagDirective(in: content).map { ($0, "a setting", "the directive %TAG (it is not supported)") }
    }

    // libyaml compares every %TAG with all before it: 60,000 of them (1 MiB) took 14 s. Tags are refused anyway.
    // Its line breaks include U+0085, U+2028 and U+2029: their last bytes end a line here, which can only refuse more.
    private static func firstTagDirective(in content: [UInt8]) -> Int? {
        let directive = Array("%TAG".utf8)
        let lineEnds: [UInt8] = [0x0A, 0x0D, 0x85, 0xA8, 0xA9]
        var lineStart = content.startIndex
        while true {
            let rest = content[lineStart...]
            if rest.starts(with: directive) { return lineStart }
            guard let lineEnd = rest.firstIndex(where: lineEnds.contains) else { return nil }
            lineStart = lineEnd + 1
        }
    }

    private static func mark(of offset: Int, in content: [UInt8]) -> Node.Mark {
        let before = content[..<offset]
        let lineStart = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
        let line = before.count { $0 == 10 } + 1
        // Continuation bytes are 10xxxxxx; every other byte begins a character.
        return Node.Mark(line: line, column: before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1)
    }
}

private func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "0x" + (digits.count == 1 ? "0" + digits : digits)
}
