import CScan

// A format as the kernel walks it.

extension TextFormat {
    /// Before the value at that place; behind the last value, what ends the line.
    func literal(at place: Int) -> [UInt8] { place < parts.count ? parts[place].literal : end }

    func step(at place: Int, literal: UnsafePointer<UInt8>) -> cscan_text_step {
        let bytes = self.literal(at: place)
        let behind = place < parts.count ? self.literal(at: place + 1).first : nil
        let part = place < parts.count ? parts[place] : nil
        let isQuoted = bytes.last == quote && behind == quote
        var step = cscan_text_step(
            head: 0, mask: 0, literal: literal, literal_count: UInt32(bytes.count),
            inside: UInt32(clamping: part?.inside ?? 0), stop: behind ?? lineFeed, is_quoted: isQuoted ? 1 : 0,
            is_padded: part?.isPadded == true ? 1 : 0, is_list: part?.isList == true ? 1 : 0,
            is_word: part?.isWord == true && (behind != nil || pattern == nil) ? 1 : 0,
            is_number: part?.isNumber == true ? 1 : 0, ends_at_blank: 0)
        let stopsAtBlank = step.stop == space || step.stop == lineFeed
        if step.is_word != 0, stopsAtBlank, step.inside == 0, step.is_list == 0, step.is_padded == 0 {
            step.ends_at_blank = 1
        }
        for (place, byte) in bytes.prefix(8).enumerated() {
            step.head |= UInt64(byte) << UInt64(8 * place)
            step.mask |= 0xff << UInt64(8 * place)
        }
        return step
    }

    /// - Parameters:
    ///   - trunk: the earlier format that it shares the most with.
    ///   - shared: how many values stand at the same places for both.
    func walk(
        steps: UnsafePointer<cscan_text_step>, values: UnsafeMutablePointer<cscan_text_value>, trunk: Int, shared: Int
    ) -> cscan_text_format {
        // A user's format stands alone, and its wrong values are told one by one.
        let isUsers = pattern != nil
        return cscan_text_format(
            steps: steps, values: values, count: parts.count, status: isUsers ? -1 : best(.status) ?? -1,
            bytes: isUsers ? -1 : best(.bytes) ?? -1, trunk: trunk, shared: shared, reached: 0,
            end: values.pointee.start)
    }

    /// Which of the values `LineFields` would keep for the field: of equal names the last.
    private func best(_ field: Field) -> Int? {
        let offered = parts.indices.filter { parts[$0].meaning?.field == field }
        return offered.last { place in offered.allSatisfy { parts[place].meaning!.rank <= parts[$0].meaning!.rank } }
    }

    /// How many values of a line stand at the same places for both, whatever the line.
    func commonValues(_ other: TextFormat) -> Int {
        var count = 0
        while count < min(parts.count, other.parts.count), literal(at: count) == other.literal(at: count),
            literal(at: count + 1) == other.literal(at: count + 1),
            parts[count].isWalked(like: other.parts[count])
        { count += 1 }
        return count
    }
}

extension TextFormat.Part {
    fileprivate func isWalked(like other: TextFormat.Part) -> Bool {
        inside == other.inside && isPadded == other.isPadded && isList == other.isList && isWord == other.isWord
            && isNumber == other.isNumber
    }
}
