import CScan

/// Where the parts of a logfmt line end. No step goes over a line feed.
enum LogfmtText {
    typealias Cursor = UnsafePointer<UInt8>

    /// Containers may nest this deep.
    static let depthLimit = 16
    /// Quotes and brackets of one line whose ends are looked for in vain.
    static let unclosedLimit = 4

    /// Behind the quote that closes the one at `start`; nil where there is none.
    static func end(of start: Cursor) -> Cursor? {
        let mark = start.pointee
        var cursor = start + 1
        while true {
            cursor = cscan_text_end(cursor, mark)
            if cursor.pointee == mark { return cursor + 1 }
            if cursor.pointee == lineFeed || cursor[1] == lineFeed { return nil }
            cursor += 2
        }
    }

    @inline(__always)
    static func endOfWord(_ start: Cursor) -> Cursor {
        var cursor = cscan_word_end(start)
        // A control byte that is no end of a word stands in one.
        while !isBlank(cursor.pointee) { cursor = cscan_word_end(cursor + 1) }
        return cursor
    }

    /// Of a word inside a container.
    static func endOfMember(_ start: Cursor) -> Cursor {
        var cursor = start
        while !isBorder(cursor.pointee), cursor.pointee != colon { cursor += 1 }
        return cursor
    }

    /// Behind the bracket that closes the one at `start`, quotes respected; nil where there is none.
    static func endOfContainer(_ start: Cursor) -> Cursor? {
        var depth = 0
        var cursor = start
        while true {
            switch cursor.pointee {
            case lineFeed: return nil
            case openBrace, openBracket, UInt8(ascii: "("): depth += 1
            case closeBrace, closeBracket, UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return cursor + 1 }
            case quote, UInt8(ascii: "'"):
                guard let end = end(of: cursor) else { return nil }
                cursor = end
                continue
            default: break
            }
            cursor += 1
        }
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab || byte == carriageReturn || byte == lineFeed
    }

    /// What can stand behind a value.
    static func isBorder(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == comma || byte == closeBrace || byte == closeBracket || byte == UInt8(ascii: ")")
    }

    /// `time=2023-08-07 14:12:08,838 level=…`: the time of day behind a date belongs to it.
    static func endOfTime(_ start: Cursor, _ end: Cursor) -> Cursor {
        guard end - start == 10, start[4] == minus, start[7] == minus, end.pointee == space, isClock(end + 1) else {
            return end
        }
        return endOfWord(end + 1)
    }

    /// Behind a date and a time of day with which a line begins.
    static func endOfHeadTime(_ line: Cursor) -> Cursor? {
        for place in 0..<10 {
            let isMark = place == 4 || place == 7
            guard isMark ? line[place] == minus : isDigit(line[place]) else { return nil }
        }
        guard line[10] == space || line[10] | 0x20 == UInt8(ascii: "t"), isClock(line + 11) else { return nil }
        return endOfWord(line + 11)
    }

    private static func isClock(_ start: Cursor) -> Bool {
        for place in 0..<8 {
            let isMark = place == 2 || place == 5
            guard isMark ? start[place] == colon : isDigit(start[place]) else { return false }
        }
        return true
    }

    /// `2023-08-07 14:12:08.838167 [info     ]`
    static func hasStructlogsHead(_ line: Cursor) -> Bool {
        guard line[4] == minus, let time = endOfHeadTime(line) else { return false }
        return endOfLevel(JSONScanner.skipSpace(time)) != nil
    }

    /// Behind `[info     ]`.
    static func endOfLevel(_ start: Cursor) -> Cursor? {
        guard start.pointee == openBracket else { return nil }
        var cursor = start + 1
        while lowercased(cursor.pointee) &- UInt8(ascii: "a") < 26 { cursor += 1 }
        guard cursor > start + 1 else { return nil }
        while cursor.pointee == space { cursor += 1 }
        return cursor.pointee == closeBracket ? cursor + 1 : nil
    }

    /// Behind `GET /path`, what many middlewares call the event of a request.
    static func endOfRequest(_ start: Cursor) -> Cursor? {
        var cursor = start
        while cursor.pointee &- UInt8(ascii: "A") < 26 { cursor += 1 }
        guard cursor - start >= 3, cursor[0] == space, cursor[1] == UInt8(ascii: "/") else { return nil }
        return endOfWord(cursor + 1)
    }
}
