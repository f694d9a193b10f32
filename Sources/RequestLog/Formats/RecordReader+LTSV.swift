import CScan

// Labeled tab-separated values (ltsv.org): `time:[28/Feb/2013:12:00:00 +0900]<TAB>req:GET / HTTP/1.1<TAB>status:200`.

extension RecordReader {
    /// Whether the line is one; it is, without being named so, where it tells its time and its status.
    mutating func scanLabels(_ line: UnsafePointer<UInt8>) -> Bool {
        if labels.isFull {
            labels = KeyTable(asked, names: LabelNames.table)
            lastLabels = KeySequence()
        }
        lastLabels.begin()
        var cursor = line
        while cursor.pointee != lineFeed {
            guard let (action, value) = lastLabels.next(at: cursor) ?? newLabel(cursor) else { return isGivenUp() }
            cursor = endOfField(value)
            var run = ByteRun(start: value, count: cursor - value)
            if cursor.pointee == lineFeed, run.count > 0, run[run.count - 1] == carriageReturn { run.count -= 1 }
            if let meaning = action.meaning {
                fields.offer(run.withoutBrackets, .string, for: meaning, key: action.key)
            }
            while cursor.pointee == tab { cursor += 1 }
        }
        if options.format != .ltsv, !isRequestByItsKeys { return isGivenUp() }
        form = .ltsv
        return true
    }

    /// What to do with the value behind the label, and where it begins; nil where there is no label.
    private mutating func newLabel(
        _ start: UnsafePointer<UInt8>
    ) -> (action: KeyTable.Action, value: UnsafePointer<UInt8>)? {
        var cursor = start
        while cursor.pointee.isOfLabel { cursor += 1 }
        guard cursor > start, cursor.pointee == colon else { return nil }
        let label = ByteRun(start: start, count: cursor - start)
        let action = labels.action(for: label, in: KeyTable.topLevel)
        lastLabels.remember(label, action)
        return (action, cursor + 1)
    }

    /// Where the tab or the end of the line is.
    private func endOfField(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var cursor = start
        while true {
            cursor = cscan_text_end(cursor, tab)
            if cursor.pointee == tab || cursor.pointee == lineFeed { return cursor }
            cursor += 1
        }
    }
}

extension UInt8 {
    /// `[0-9A-Za-z_.-]` in the grammar of LTSV.
    fileprivate var isOfLabel: Bool {
        isDigit(self) || lowercased(self) &- UInt8(ascii: "a") < 26 || self == UInt8(ascii: "_") || self == minus
            || self == point
    }
}

extension ByteRun {
    /// `[28/Feb/2013:12:00:00 +0900]`, as Apache's %t has it.
    fileprivate var withoutBrackets: ByteRun {
        count >= 2 && self[0] == openBracket && self[count - 1] == closeBracket ? dropFirst(1).prefix(count - 2) : self
    }
}
