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
        if meaning.notation == .part {
            if start.pointee == quote { run = run.dropFirst(1).prefix(run.count - 2) }
            offerPart(run, meaning, key: action.key)
        } else {
            offerCacheFact(isTrue: run.equals(caseBlind: "true"), meaning, key: action.key)
        }
        return end
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
