import CScan

// Lines that are right but for what a terminal or nginx has put into them: they are read from a copy without it.

extension RecordReader {
    /// An object that is none as it stands.
    @inline(never)
    mutating func scanMended(_ line: UnsafePointer<UInt8>) throws(LineReject) -> Bool {
        if options.format == .nginxJSON, !isMended, let mended = withoutHexEscapes(line) {
            fields.clear()
            marks = Writer.Marks()
            isMended = true
            defer { isMended = false }
            try scanContent(mended)
            return true
        }
        return try scanWithoutColours(line)
    }

    /// nginx's default escaping: `\x22` becomes `\u0022`, and what is beyond ASCII the byte that it stands for.
    private mutating func withoutHexEscapes(_ line: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var end = line
        while end.pointee != lineFeed { end += 1 }
        var found = false
        // Six bytes for four.
        let mended = copies.line(of: (end - line) * 3 / 2) { memory in
            var (cursor, length) = (line, 0)
            while cursor < end {
                guard cursor[0] == backslash, cursor[1] == UInt8(ascii: "x"), let high = hexDigit(cursor[2]),
                    let low = hexDigit(cursor[3])
                else {
                    // What stands behind a backslash begins no escape.
                    let step = cursor[0] == backslash && cursor + 1 < end ? 2 : 1
                    (memory + length).update(from: cursor, count: step)
                    length += step
                    cursor += step
                    continue
                }
                found = true
                if high < 8 {
                    (memory[length], memory[length + 1]) = (backslash, UInt8(ascii: "u"))
                    (memory[length + 2], memory[length + 3]) = (zero, zero)
                    (memory + length + 4).update(from: cursor + 2, count: 2)
                    length += 6
                } else {
                    memory[length] = high << 4 | low
                    length += 1
                }
                cursor += 4
            }
            return length
        }
        return found ? mended : nil
    }

    /// A line that nothing takes as it is may be coloured.
    @inline(never)
    mutating func scanWithoutColours(_ line: UnsafePointer<UInt8>) throws(LineReject) -> Bool {
        guard mayBeColoured, wrappers.count < Wrapper.depthLimit, let plain = withoutColours(line) else { return false }
        fields.clear()
        marks = Writer.Marks()
        try scanInside(Peeled(wrapper: .colours, content: plain))
        return true
    }

    func holdsEscape(_ line: UnsafePointer<UInt8>) -> Bool {
        var end = line
        while true {
            end = cscan_text_end(end, 0x1b)
            if end.pointee == 0x1b || end.pointee == lineFeed { return end.pointee == 0x1b }
            end += 1
        }
    }

    /// Nil where there are none, or where an escape byte begins something else.
    mutating func withoutColours(_ line: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        guard holdsEscape(line) else { return nil }
        let escape: UInt8 = 0x1b
        var end = line
        while end.pointee != lineFeed { end += 1 }
        var isWhole = true
        let plain = copies.line(of: end - line) { memory in
            var (cursor, length) = (line, 0)
            while cursor < end {
                if cursor.pointee == escape {
                    guard let behind = behindEscapeSequence(cursor) else {
                        isWhole = false
                        break
                    }
                    cursor = behind
                } else {
                    memory[length] = cursor.pointee
                    length += 1
                    cursor += 1
                }
            }
            return length
        }
        return isWhole ? plain : nil
    }
}

/// A control sequence (`ESC [ 31 m`, ECMA-48 §5.4) or another escape sequence (`ESC ( B`, ECMA-35 §13.2); nil where
/// it is neither.
private func behindEscapeSequence(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    var cursor = start + 1
    let isControl = cursor.pointee == openBracket
    if isControl {
        cursor += 1
        while (0x30...0x3f).contains(cursor.pointee) { cursor += 1 }
    }
    while (0x20...0x2f).contains(cursor.pointee) { cursor += 1 }
    let finals: ClosedRange<UInt8> = isControl ? 0x40...0x7e : 0x30...0x7e
    return finals.contains(cursor.pointee) ? cursor + 1 : nil
}
