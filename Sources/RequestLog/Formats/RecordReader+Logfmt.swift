import CScan

// `key=value key="quoted \" value" flag`, with what Python's loggers make of it: reprs (`key='a value'`,
// `request={'method': 'GET'}`, `None`) and structlog's head in front (`2023-08-07 14:12:08 [info     ] event …`).

extension RecordReader {
    /// Whether the line is one; it is, without being named so, where it tells its time and its status. What is no pair
    /// is passed over.
    mutating func scanPairs(_ line: UnsafePointer<UInt8>) -> Bool {
        if keys.isFull { forgetKeys() }
        lastKeys.begin()
        let isNamed = options.format == .logfmt
        unclosed = 0
        var cursor = scanHead(line, isNamed: isNamed)
        while true {
            cursor = JSONScanner.skipSpace(cursor)
            if cursor.pointee == lineFeed { break }
            guard let (action, value) = lastKeys.next(at: cursor) ?? newKey(&cursor) else { continue }
            marks.add(action.marks)
            if value.pointee.beginsWord {
                cursor = plainWord(value, action)
            } else {
                guard let end = scanValue(value, action, inside: 0) else { return isGivenUp() }
                cursor = end
            }
        }
        if !isNamed, !isRequestByItsKeys { return isGivenUp() }
        form = .logfmt
        return true
    }

    /// What to do with the value behind the key, and where it begins. Where none is, the cursor goes over a flag, or
    /// something quoted in the text before the pairs.
    private mutating func newKey(
        _ cursor: inout UnsafePointer<UInt8>
    ) -> (action: KeyTable.Action, value: UnsafePointer<UInt8>)? {
        let start = cursor
        while cursor.pointee.isOfKey { cursor += 1 }
        guard cursor > start, cursor.pointee == UInt8(ascii: "=") else {
            let quoted = cursor.pointee == quote ? closed(LogfmtText.end, cursor) : nil
            cursor = quoted ?? LogfmtText.endOfWord(cursor == start || cursor.pointee == quote ? cursor + 1 : cursor)
            return nil
        }
        let key = ByteRun(start: start, count: cursor - start)
        let action = keys.action(for: key, in: KeyTable.topLevel)
        lastKeys.remember(key, action)
        return (action, cursor + 1)
    }

    /// From the first byte of a value to behind it; nil where a quote is missing.
    ///
    /// - Parameter depth: of containers around it; at the top, a comma belongs to the value.
    private mutating func scanValue(
        _ start: UnsafePointer<UInt8>, _ action: KeyTable.Action, inside depth: Int
    ) -> UnsafePointer<UInt8>? {
        switch start.pointee {
        case quote:
            guard let end = LogfmtText.end(of: start) else { return depth == 0 ? nil : endOfWord(start, action, depth) }
            return offer(quoted: start, end, action)
        case UInt8(ascii: "'"):
            if let end = LogfmtText.end(of: start), LogfmtText.isBorder(end.pointee) {
                return offer(quoted: start, end, action)
            }
        case openBrace, openBracket, UInt8(ascii: "("):
            if depth < LogfmtText.depthLimit, let end = closed(LogfmtText.endOfContainer, start) {
                if start.pointee == openBrace, action.container != 0 {
                    scanMembers(start, action.container, depth)
                } else if let meaning = action.meaning {
                    let place = meaning.field == .identity ? meaning : meaning.behindAllOthers
                    fields.offer(ByteRun(start: start, count: end - start), .nested, for: place, key: action.key)
                }
                return end
            }
        default: break
        }
        return endOfWord(start, action, depth)
    }

    /// Of a Python dictionary whose end was found: `{'method': 'GET', "path": '/a', 'user': None}`.
    private mutating func scanMembers(_ start: UnsafePointer<UInt8>, _ container: UInt32, _ depth: Int) {
        var cursor = JSONScanner.skipSpace(start + 1)
        while cursor.pointee != closeBrace, cursor.pointee != lineFeed {
            let key = cursor
            let isQuoted = key.pointee == quote || key.pointee == UInt8(ascii: "'")
            guard let end = isQuoted ? LogfmtText.end(of: key) : LogfmtText.endOfMember(key), end > key else { return }
            let run = isQuoted ? ByteRun(start: key + 1, count: end - key - 2) : ByteRun(start: key, count: end - key)
            cursor = JSONScanner.skipSpace(end)
            guard cursor.pointee == colon else { return }
            let action = keys.action(for: run, in: container)
            marks.add(action.marks)
            guard let behind = scanValue(JSONScanner.skipSpace(cursor + 1), action, inside: depth + 1) else { return }
            cursor = JSONScanner.skipSpace(behind)
            if cursor.pointee == comma { cursor = JSONScanner.skipSpace(cursor + 1) }
        }
    }

    private mutating func offer(
        quoted start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ action: KeyTable.Action
    ) -> UnsafePointer<UInt8> {
        guard action.meaning != nil else { return end }
        let run = ByteRun(start: start + 1, count: end - start - 2)
        let isEscaped = run.firstPlace(of: backslash, or: backslash) < run.count
        offer(run, isEscaped ? .escapedString : .string, action)
        return end
    }

    private mutating func endOfWord(
        _ start: UnsafePointer<UInt8>, _ action: KeyTable.Action, _ depth: Int
    ) -> UnsafePointer<UInt8> {
        if depth == 0 { return plainWord(start, action) }
        let end = LogfmtText.endOfMember(start)
        if action.meaning != nil, end > start { offer(word: ByteRun(start: start, count: end - start), action) }
        return end
    }

    /// Between the pairs of the line, not inside of a container.
    @inline(__always)
    private mutating func plainWord(
        _ start: UnsafePointer<UInt8>, _ action: KeyTable.Action
    ) -> UnsafePointer<UInt8> {
        var end = LogfmtText.endOfWord(start)
        guard let meaning = action.meaning, end > start else { return end }
        if meaning.field == .time { end = LogfmtText.endOfTime(start, end) }
        var run = ByteRun(start: start, count: end - start)
        // Some put commas between the pairs.
        if run.count > 1, run[run.count - 1] == comma { run.count -= 1 }
        if isDigit(run[0]) || run[0] == slash { offer(run, .string, action) } else { offer(word: run, action) }
        return end
    }

    @inline(never)
    private mutating func offer(word run: ByteRun, _ action: KeyTable.Action) {
        let kind: LineFields.Kind
        switch run.count {
        case 4 where run.equals(caseBlind: "none") || run.equals(caseBlind: "null"): kind = .null
        case 3 where run.equals(caseBlind: "nil"): kind = .null
        case 4 where run.equals(caseBlind: "true"): kind = .yes
        case 5 where run.equals(caseBlind: "false"): kind = .no
        default: kind = .string
        }
        offer(run, kind, action)
    }

    @inline(__always)
    private mutating func offer(_ run: ByteRun, _ kind: LineFields.Kind, _ action: KeyTable.Action) {
        guard let meaning = action.meaning else { return }
        // `response={'status': 'successful', 'status_code': 200}`: only a code is one.
        let isValue = kind != .null && (meaning.field != .status || run.isStatusCode)
        fields.offer(run, kind, for: isValue ? meaning : meaning.behindAllOthers, key: action.key)
    }

    /// What is not closed is looked for a few times in a line, for each time may go over all of it.
    private mutating func closed(
        _ find: (UnsafePointer<UInt8>) -> UnsafePointer<UInt8>?, _ start: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        guard unclosed < LogfmtText.unclosedLimit else { return nil }
        let end = find(start)
        if end == nil { unclosed += 1 }
        return end
    }

    /// Over a time in front, and what structlog writes behind it: `2023-08-07 14:12:08.838167 [info     ] GET /a …`.
    private mutating func scanHead(_ line: UnsafePointer<UInt8>, isNamed: Bool) -> UnsafePointer<UInt8> {
        guard let time = LogfmtText.endOfHeadTime(line) else { return line }
        let level = LogfmtText.endOfLevel(JSONScanner.skipSpace(time))
        guard isNamed || level != nil else { return line }
        fields.offer(
            ByteRun(start: line, count: time - line), .string, for: FieldMeaning(field: .time, rank: .max),
            key: UnnamedKey.head.rawValue)
        guard let level else { return time }
        let event = JSONScanner.skipSpace(level)
        if let end = LogfmtText.endOfRequest(event) {
            fields.offer(
                ByteRun(start: event, count: end - event), .string, for: FieldMeaning(field: .requestLine, rank: .max),
                key: UnnamedKey.event.rawValue)
        }
        return level
    }
}

extension UInt8 {
    /// A letter, a digit, or one of `-./`: no quote and no bracket.
    @inline(__always)
    fileprivate var beginsWord: Bool {
        (self | 0x20) &- UInt8(ascii: "a") < 26 || self &- UInt8(ascii: "-") < 13
    }

    /// Neither white space nor what ends a key.
    fileprivate var isOfKey: Bool { self > space && self != UInt8(ascii: "=") && self != quote }
}
