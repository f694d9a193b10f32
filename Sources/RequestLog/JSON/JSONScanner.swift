import CScan

/// Where in a line the reader stopped, and what it had hoped to find there.
struct JSONFault: Error {
    /// An address: an error may travel, a pointer may not.
    var address: UInt
    var expected: StaticString

    init(place: UnsafePointer<UInt8>, expected: StaticString) {
        address = UInt(bitPattern: place)
        self.expected = expected
    }
}

/// A complete scanner for one line of JSON (RFC 8259), over raw memory.
///
/// Every line ends with a line feed, which no rule here steps over, so nothing needs the line's length. Up to 16 bytes
/// behind the line feed may be loaded, never used. Structure, escapes and numbers are strict everywhere. In a string
/// that nobody reads, invalid UTF-8 and control bytes pass: real user agents contain them, and a request must not be
/// lost for that.
enum JSONScanner {
    typealias Cursor = UnsafePointer<UInt8>

    /// Arrays and objects may nest this deep.
    static let depthLimit = 64

    @inline(__always)
    static func skipSpace(_ start: Cursor) -> Cursor {
        var cursor = start
        while cursor.pointee == space || cursor.pointee == tab || cursor.pointee == carriageReturn { cursor += 1 }
        return cursor
    }

    /// Over U+FEFF in UTF-8, with which some writers begin a file (RFC 8259 §8.1 lets readers ignore it).
    @inline(never)
    static func skipByteOrderMark(_ start: Cursor) -> Cursor {
        start[0] == 0xef && start[1] == 0xbb && start[2] == 0xbf ? skipSpace(start + 3) : start
    }

    /// From behind the opening quote to the closing one; what is between stands for itself or holds escapes.
    @inline(__always)
    static func string(_ start: Cursor) throws(JSONFault) -> (end: Cursor, escaped: Bool) {
        let stop = cscan_string_end(start)
        if stop.pointee == quote { return (stop, false) }
        return try stringWithStops(from: stop)
    }

    @inline(never)
    private static func stringWithStops(from first: Cursor) throws(JSONFault) -> (end: Cursor, escaped: Bool) {
        var stop = first
        var escaped = false
        while true {
            switch stop.pointee {
            case quote: return (stop, escaped)
            case backslash:
                escaped = true
                stop = cscan_string_end(try escape(stop))
            case lineFeed: throw JSONFault(place: stop, expected: "the closing quote of the string")
            default: stop = cscan_string_end(stop + 1)
            }
        }
    }

    /// From the backslash to behind the escape.
    private static func escape(_ backslash: Cursor) throws(JSONFault) -> Cursor {
        switch backslash[1] {
        case quote, UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return backslash + 2
        case UInt8(ascii: "u"):
            for place in 2..<6 {
                guard hexDigit(backslash[place]) != nil else {
                    throw JSONFault(place: backslash + place, expected: "four hexadecimal digits behind \\u")
                }
            }
            return backslash + 6
        case UInt8(ascii: "x"):
            throw JSONFault(
                place: backslash + 1,
                expected:
                    "one of \"\\/bfnrtu behind the backslash (nginx's log_format needs escape=json, or this format nginx-json)"
            )
        default: throw JSONFault(place: backslash + 1, expected: "one of \"\\/bfnrtu behind the backslash")
        }
    }

    /// From the first byte of a number to behind it.
    @inline(__always)
    static func number(_ start: Cursor) throws(JSONFault) -> Cursor {
        var cursor = start
        if cursor.pointee == minus { cursor += 1 }
        guard isDigit(cursor.pointee) else { throw JSONFault(place: cursor, expected: "a digit") }
        if cursor.pointee == zero {
            cursor += 1
        } else {
            while isDigit(cursor.pointee) { cursor += 1 }
        }
        if cursor.pointee == point {
            cursor += 1
            guard isDigit(cursor.pointee) else {
                throw JSONFault(place: cursor, expected: "a digit behind the decimal point")
            }
            while isDigit(cursor.pointee) { cursor += 1 }
        }
        if cursor.pointee | 0x20 == UInt8(ascii: "e") {
            cursor += 1
            if cursor.pointee == plus || cursor.pointee == minus { cursor += 1 }
            guard isDigit(cursor.pointee) else { throw JSONFault(place: cursor, expected: "a digit in the exponent") }
            while isDigit(cursor.pointee) { cursor += 1 }
        }
        return cursor
    }

    /// From the first letter of `true`, `false` or `null` to behind it.
    static func literal(_ start: Cursor) throws(JSONFault) -> Cursor {
        let text: StaticString
        switch start.pointee {
        case UInt8(ascii: "t"): text = "true"
        case UInt8(ascii: "f"): text = "false"
        case UInt8(ascii: "n"): text = "null"
        default: throw JSONFault(place: start, expected: "a value")
        }
        for place in 0..<text.utf8CodeUnitCount where start[place] != text.utf8Start[place] {
            throw JSONFault(place: start + place, expected: "true, false or null")
        }
        return start + text.utf8CodeUnitCount
    }

    /// Over one value of any kind, without looking at it more than validity asks. `depth` counts the levels around it.
    @inline(__always)
    static func skipValue(_ start: Cursor, depth: Int) throws(JSONFault) -> Cursor {
        switch start.pointee {
        case quote: return try string(start + 1).end + 1
        case minus, zero...UInt8(ascii: "9"): return try number(start)
        case openBrace: return try skipObject(start, depth: depth)
        case openBracket: return try skipArray(start, depth: depth)
        default: return try literal(start)
        }
    }

    @inline(never)
    private static func skipObject(_ start: Cursor, depth: Int) throws(JSONFault) -> Cursor {
        guard depth < depthLimit else { throw tooDeep(start) }
        var cursor = skipSpace(start + 1)
        if cursor.pointee == closeBrace { return cursor + 1 }
        while true {
            guard cursor.pointee == quote else { throw JSONFault(place: cursor, expected: "a key in quotes") }
            cursor = try colon(try string(cursor + 1).end + 1)
            cursor = skipSpace(try skipValue(cursor, depth: depth + 1))
            if cursor.pointee == closeBrace { return cursor + 1 }
            cursor = try separator(cursor)
        }
    }

    @inline(never)
    private static func skipArray(_ start: Cursor, depth: Int) throws(JSONFault) -> Cursor {
        guard depth < depthLimit else { throw tooDeep(start) }
        var cursor = skipSpace(start + 1)
        if cursor.pointee == closeBracket { return cursor + 1 }
        while true {
            cursor = skipSpace(try skipValue(cursor, depth: depth + 1))
            if cursor.pointee == closeBracket { return cursor + 1 }
            cursor = try separator(cursor)
        }
    }

    static func tooDeep(_ place: Cursor) -> JSONFault {
        JSONFault(place: place, expected: "at most 64 levels of nesting")
    }

    /// Over the comma between two members to the beginning of the next.
    @inline(__always)
    static func separator(_ cursor: Cursor) throws(JSONFault) -> Cursor {
        guard cursor.pointee == comma else {
            throw JSONFault(place: cursor, expected: "a comma or the closing bracket")
        }
        return skipSpace(cursor + 1)
    }

    /// Over the colon to the beginning of the value.
    @inline(__always)
    static func colon(_ start: Cursor) throws(JSONFault) -> Cursor {
        let cursor = skipSpace(start)
        guard cursor.pointee == UInt8(ascii: ":") else { throw JSONFault(place: cursor, expected: "a colon") }
        return skipSpace(cursor + 1)
    }
}
