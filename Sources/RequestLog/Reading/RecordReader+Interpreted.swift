// Values that say what they say together with their key, or with other keys: no shape reads them.

extension RecordReader {
    /// From the first byte of a value to behind it.
    @inline(never)
    mutating func interpretedValue(
        _ start: UnsafePointer<UInt8>, _ action: KeyTable.Action, depth: Int
    ) throws(JSONFault) -> UnsafePointer<UInt8> {
        let end = try JSONScanner.skipValue(start, depth: depth)
        guard let meaning = action.meaning else { return end }
        var run = ByteRun(start: start, count: end - start)
        if meaning.notation == .list {
            offerList(run, meaning, key: action.key)
        } else if meaning.notation == .part {
            if start.pointee == quote { run = run.dropFirst(1).prefix(run.count - 2) }
            offerPart(run, meaning, key: action.key)
        } else {
            offerCacheFact(isTrue: run.equals(caseBlind: "true"), meaning, key: action.key)
        }
        return end
    }

    /// A header: a text, or an array of texts, with commas between them as if they stood in one header.
    private mutating func offerList(_ value: ByteRun, _ meaning: FieldMeaning, key: UInt16) {
        var meaning = meaning
        meaning.notation = .plain
        guard let texts = RecordReader.texts(of: value) else {
            switch value[0] {
            case minus, zero...UInt8(ascii: "9"): fields.offer(value, .number, for: meaning, key: key)
            case UInt8(ascii: "t"): fields.offer(value, .yes, for: meaning, key: key)
            case UInt8(ascii: "f"): fields.offer(value, .no, for: meaning, key: key)
            case UInt8(ascii: "n"): fields.offer(value, .null, for: meaning.behindAllOthers, key: key)
            default: fields.offer(value, .nested, for: meaning.behindAllOthers, key: key)
            }
            return
        }
        guard var run = texts.first else { return }
        if texts.count > 1 { run = joined(texts) }
        let isEscaped = run.firstPlace(of: backslash, or: backslash) < run.count
        fields.offer(run, isEscaped ? .escapedString : .string, for: meaning, key: key)
    }

    /// As they stand, without their quotes; nil where the value is something else.
    private static func texts(of value: ByteRun) -> [ByteRun]? {
        if value[0] == quote { return [value.dropFirst(1).prefix(value.count - 2)] }
        guard value[0] == openBracket else { return nil }
        var texts: [ByteRun] = []
        var cursor = JSONScanner.skipSpace(value.start + 1)
        while cursor.pointee != closeBracket {
            guard cursor.pointee == quote, let end = try? JSONScanner.string(cursor + 1).end else { return nil }
            texts.append(ByteRun(start: cursor + 1, count: end - cursor - 1))
            cursor = JSONScanner.skipSpace(end + 1)
            if cursor.pointee == comma { cursor = JSONScanner.skipSpace(cursor + 1) }
        }
        return texts
    }

    private mutating func joined(_ texts: [ByteRun]) -> ByteRun {
        let count = texts.reduce(texts.count - 1) { $0 + $1.count }
        let start = copies.line(of: count) { memory in
            var end = memory
            for (place, text) in texts.enumerated() {
                if place > 0 {
                    end.pointee = comma
                    end += 1
                }
                end.update(from: text.start, count: text.count)
                end += text.count
            }
            return count
        }
        return ByteRun(start: start, count: count)
    }

    /// Of a line that repeats such keys without end the first count.
    private static let longestParts = 128

    /// Beside what is there already: `0.000 0.001 0.000`.
    private mutating func offerPart(_ run: ByteRun, _ meaning: FieldMeaning, key: UInt16) {
        let before = fields[meaning.field]
        guard before.kind != .absent, before.notation == .part else {
            return fields.offer(run, .string, for: meaning, key: key)
        }
        let count = before.run.count + 1 + run.count
        guard count <= RecordReader.longestParts else { return }
        let text = copies.line(of: count) { memory in
            memory.update(from: before.run.start, count: before.run.count)
            memory[before.run.count] = space
            (memory + before.run.count + 1).update(from: run.start, count: run.count)
            return count
        }
        fields.offer(ByteRun(start: text, count: count), .string, for: meaning, key: key)
    }

    /// A lookup that was no hit is a miss; what the origin has confirmed is revalidated; everything else says nothing.
    private mutating func offerCacheFact(isTrue: Bool, _ meaning: FieldMeaning, key: UInt16) {
        let word: StaticString
        switch meaning.notation {
        case .isHit: word = isTrue ? "HIT" : "MISS"
        case .isLookup where isTrue: word = "MISS"
        case .isValidated where isTrue: word = "REVALIDATED"
        default: return
        }
        let count = word.utf8CodeUnitCount
        let text = copies.line(of: count) { memory in
            memory.update(from: word.utf8Start, count: count)
            return count
        }
        fields.offer(ByteRun(start: text, count: count), .string, for: meaning, key: key)
    }
}
