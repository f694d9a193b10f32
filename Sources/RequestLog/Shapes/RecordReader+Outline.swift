extension RecordReader {
    /// The outline of a line that `scan` has just taken; nil where shapes are no use: a value that is read is an object
    /// or an array.
    ///
    /// Keys mean what the general scanner's tables say. Objects and
    /// arrays that nobody reads are one value, or, opened, the values and the bytes between them that they consist of.
    mutating func outline(_ line: UnsafePointer<UInt8>, opensNested: Bool) -> Outline? {
        var outline = Outline()
        var last = line
        var start = JSONScanner.skipSpace(line)
        if start.pointee != openBrace { start = JSONScanner.skipByteOrderMark(start) }
        guard let behind = outlineObject(start, in: KeyTable.topLevel, depth: 1, opensNested, &outline, &last) else {
            return nil
        }
        let end = JSONScanner.skipSpace(behind)
        guard end.pointee == lineFeed, !ByteRun(start: line, count: end - line).holdsBlank else { return nil }
        // What the shape's keys tell, they tell of each of its lines.
        if options.durationUnit == nil, let unit = marks.writer?.durationUnit {
            for place in outline.parts.indices {
                guard let meaning = outline.parts[place].meaning, meaning.field == .duration, meaning.unit == nil else {
                    continue
                }
                outline.parts[place].meaning?.unit = unit
            }
        }
        outline.end = Array(UnsafeBufferPointer(start: last, count: end + 1 - last))
        guard outline.isModest else { return nil }
        for (place, part) in outline.parts.enumerated() {
            guard let field = part.meaning?.field else { continue }
            outline.parts[place].isContested = outline.parts.count { $0.meaning?.field == field } > 1
        }
        for place in outline.parts.indices where !outline.parts[place].settle(fills: winner(of: place, in: outline)) {
            return nil
        }
        return outline
    }

    private mutating func outlineObject(
        _ start: UnsafePointer<UInt8>, in container: UInt32, depth: Int, _ opensNested: Bool,
        _ outline: inout Outline, _ last: inout UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        guard depth <= Outline.depthLimit else { return nil }
        var cursor = JSONScanner.skipSpace(start + 1)
        if cursor.pointee == closeBrace { return cursor + 1 }
        while true {
            // A key with escapes may be another one than it looks.
            guard let (keyEnd, escaped) = try? JSONScanner.string(cursor + 1), !escaped else { return nil }
            let key = ByteRun(start: cursor + 1, count: keyEnd - cursor - 1)
            let action = keys.action(for: key, in: container)
            guard let value = try? JSONScanner.colon(keyEnd + 1) else { return nil }
            if let meaning = action.meaning, meaning.notation.isInterpreted {
                guard let behind = outlineHeader(value, meaning, &outline, &last) else { return nil }
                cursor = behind
            } else if action.container != 0, value.pointee == openBrace {
                guard
                    let behind = outlineObject(
                        value, in: action.container, depth: depth + 1, opensNested, &outline, &last)
                else { return nil }
                cursor = behind
            } else if opensNested, action.meaning == nil, value.pointee == openBrace || value.pointee == openBracket {
                guard let behind = outlineNested(value, &outline, &last) else { return nil }
                cursor = behind
            } else {
                guard let behind = try? JSONScanner.skipValue(value, depth: 1) else { return nil }
                outline.parts.append(Outline.Part(from: last, value: value, to: behind, action.meaning))
                last = behind
                cursor = behind
            }
            cursor = JSONScanner.skipSpace(cursor)
            if cursor.pointee == closeBrace { return cursor + 1 }
            guard let next = try? JSONScanner.separator(cursor) else { return nil }
            cursor = next
        }
    }

    /// Of what is interpreted, a header with one text alone, or an array of it, is what it says.
    private func outlineHeader(
        _ start: UnsafePointer<UInt8>, _ meaning: FieldMeaning, _ outline: inout Outline,
        _ last: inout UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        let isArray = start.pointee == openBracket
        let text = isArray ? JSONScanner.skipSpace(start + 1) : start
        guard meaning.notation == .list, text.pointee == quote, let end = try? JSONScanner.string(text + 1).end
        else { return nil }
        var plain = meaning
        plain.notation = .plain
        outline.parts.append(Outline.Part(from: last, value: text, to: end + 1, plain))
        last = end + 1
        guard isArray else { return last }
        let behind = JSONScanner.skipSpace(last)
        return behind.pointee == closeBracket ? behind + 1 : nil
    }

    /// The values of an object or an array that nobody reads.
    private func outlineNested(
        _ start: UnsafePointer<UInt8>, _ outline: inout Outline, _ last: inout UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        let isObject = start.pointee == openBrace
        var cursor = JSONScanner.skipSpace(start + 1)
        if cursor.pointee == closeBrace || cursor.pointee == closeBracket { return cursor + 1 }
        while true {
            if isObject {
                guard let end = try? JSONScanner.string(cursor + 1).end, let value = try? JSONScanner.colon(end + 1)
                else { return nil }
                cursor = value
            }
            let behind: UnsafePointer<UInt8>?
            if cursor.pointee == openBrace || cursor.pointee == openBracket {
                behind = outlineNested(cursor, &outline, &last)
            } else {
                behind = try? JSONScanner.skipValue(cursor, depth: 1)
                if let behind {
                    outline.parts.append(Outline.Part(from: last, value: cursor, to: behind, nil))
                    last = behind
                }
            }
            guard let behind else { return nil }
            cursor = JSONScanner.skipSpace(behind)
            if cursor.pointee == closeBrace || cursor.pointee == closeBracket { return cursor + 1 }
            guard let next = try? JSONScanner.separator(cursor) else { return nil }
            cursor = next
        }
    }

    /// Whether `LineFields` would keep this value: a better name beats a worse one, of equal ones the last wins, and null
    /// stands behind all others.
    private func winner(of place: Int, in outline: Outline) -> Bool {
        guard let meaning = outline.parts[place].meaning else { return false }
        var best = -1
        var rank = UInt8.max
        for (place, part) in outline.parts.enumerated() where part.meaning?.field == meaning.field {
            let offered = part.isNull ? UInt8.max : part.meaning!.rank
            if offered <= rank { (best, rank) = (place, offered) }
        }
        return best == place
    }
}
