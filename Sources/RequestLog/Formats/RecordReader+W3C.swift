// Lines of columns, whose names a header has stated.

extension RecordReader {
    /// A line that begins with a number sign: the columns of what comes, or something about the log.
    mutating func scanDirective(_ line: UnsafePointer<UInt8>) throws(LineReject) {
        guard WrapperText.begins(line, "#Fields:"), context.kind == .columns else { throw LineReject(.header) }
        var end = line
        while end.pointee != lineFeed { end += 1 }
        let count = end - line > W3CColumns.mostBytes ? 0 : end - line
        let text = [UInt8](UnsafeBufferPointer(start: line, count: count))
        if text != context.columns.text { context.columns = W3CColumns(text) }
        throw LineReject(.header)
    }

    /// As many values as there are columns, blanks or tabs between them.
    mutating func scanColumns(_ line: UnsafePointer<UInt8>) throws(LineReject) {
        var cursor = line
        var halves: (date: ByteRun?, time: ByteRun?) = (nil, nil)
        columnUses.follow(context.columns, asked)
        for place in columnUses.uses.indices {
            guard cursor.pointee != lineFeed else { throw wrongColumns(at: cursor) }
            let value = endOfColumn(cursor)
            let use = columnUses.uses[place]
            if let meaning = use.meaning {
                fields.offer(value, .string, for: meaning, key: UInt16(clamping: place))
            } else if use.half == .date {
                halves.date = value
            } else if use.half == .time {
                halves.time = value
            }
            cursor = JSONScanner.skipSpace(value.end + (value.end.pointee == quote ? 1 : 0))
        }
        guard cursor.pointee == lineFeed, !columnUses.uses.isEmpty else { throw wrongColumns(at: cursor) }
        form = .columns
        if let date = halves.date, let time = halves.time { offerTime(date, time) }
    }

    /// What stands in quotes may hold blanks, and quotes that are doubled.
    private func endOfColumn(_ start: UnsafePointer<UInt8>) -> ByteRun {
        var cursor = start
        guard start.pointee == quote else {
            while cursor.pointee > space { cursor += 1 }
            return ByteRun(start: start, count: cursor - start)
        }
        cursor += 1
        while cursor.pointee != lineFeed {
            if cursor.pointee == quote {
                guard cursor[1] == quote else { break }
                cursor += 1
            }
            cursor += 1
        }
        return ByteRun(start: start + 1, count: cursor - start - 1)
    }

    /// Date and time as one text, `2019-12-04T21:02:31Z`.
    private mutating func offerTime(_ date: ByteRun, _ time: ByteRun) {
        let isLocal = context.columns.isLocal
        let count = date.count + 1 + time.count + (isLocal ? 0 : 1)
        let text = copies.line(of: count) { memory in
            memory.update(from: date.start, count: date.count)
            memory[date.count] = UInt8(ascii: "T")
            (memory + date.count + 1).update(from: time.start, count: time.count)
            if !isLocal { memory[count - 1] = UInt8(ascii: "Z") }
            return count
        }
        fields.offer(
            ByteRun(start: text, count: count), .string, for: FieldMeaning(field: .time, rank: 0),
            key: UnnamedKey.dateAndTime.rawValue)
    }

    private func wrongColumns(at place: UnsafePointer<UInt8>) -> LineReject {
        LineReject(
            .malformed, at: UInt(bitPattern: place),
            expected: context.columns.columns.isEmpty
                ? "a #Fields: line before it, that names the columns" : "as many values as #Fields: names")
    }
}
