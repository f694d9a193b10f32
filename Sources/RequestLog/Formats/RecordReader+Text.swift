// Lines that are no objects: what takes the whole line, in the order in which it is tried.

extension RecordReader {
    @inline(never)
    mutating func scanText(_ line: UnsafePointer<UInt8>) throws(LineReject) {
        // What a user has written stands above everything that looks like something else.
        if !formats.isUsers {
            if W3CColumns.isDirective(line) { return try scanDirective(line) }
            if context.kind == .columns, wrappers.isEmpty { return try scanColumns(line) }
            if try scanWrapped(line) { return }
        }
        // What begins with a key, other formats would be asked in vain; colours are taken out first.
        let beginning = isAuto ? keyedBeginning(line) : nil
        if beginning == .pair, scanPairs(line) { return }
        if beginning == .label, scanLabels(line) { return }
        if let format = formats.scan(line, into: &fields) {
            form = .text(format)
            return
        }
        if formats.isUsers, try scanWrapped(line) { return }
        if try scanWithoutColours(line) { return }
        if mayBeNews, isHAProxy || ServerNews.isNews(line) {
            throw LineReject(.notARequest, at: UInt(bitPattern: line), expected: "the line of a request")
        }
        let expected: StaticString
        switch options.format {
        case .auto:
            if beginning != .label, scanLabels(line) { return }
            if beginning != .pair, scanPairs(line) { return }
            if try scanBehindTimestamp(line) { return }
            expected = "an object: {\"key\": value, …}, or one of the text formats that are known"
        case .logfmt:
            if scanPairs(line) { return }
            expected = "key=value pairs, and a quote behind every value that begins with one"
        case .ltsv:
            if scanLabels(line) { return }
            expected = "label:value fields with tabs between them"
        case .w3c: expected = "a #Fields: line before it, that names the columns"
        case .json, .nginxJSON: expected = "an object: {\"key\": value, …}"
        case .known, .text: expected = "the line to go on as its format says"
        }
        throw LineReject(.malformed, at: UInt(bitPattern: formats.farthest(line)), expected: expected)
    }

    /// Nil of a line in colours, too.
    @inline(__always)
    private mutating func keyedBeginning(_ line: UnsafePointer<UInt8>) -> KeyedBeginning? {
        guard let beginning = KeyedBeginning(line) else { return nil }
        if mayBeColoured { mayBeColoured = holdsEscape(line) }
        return mayBeColoured ? nil : beginning
    }

    /// How a line of keys may begin.
    private enum KeyedBeginning {
        /// `key=`, or a time and a level as structlog writes them.
        case pair
        /// `key:value`
        case label

        init?(_ line: UnsafePointer<UInt8>) {
            var cursor = line
            while lowercased(cursor.pointee) &- UInt8(ascii: "a") < 26 || cursor.pointee == UInt8(ascii: "_") {
                cursor += 1
            }
            switch cursor.pointee {
            case UInt8(ascii: "=") where cursor > line: self = .pair
            case colon where cursor > line && cursor[1] > space: self = .label
            case zero...UInt8(ascii: "9") where cursor == line && LogfmtText.hasStructlogsHead(line): self = .pair
            default: return nil
            }
        }
    }

    /// Whether the log is one that such lines stand in.
    private var mayBeNews: Bool {
        switch options.format {
        case .auto, .known("haproxy"), .known("uvicorn"): true
        default: false
        }
    }

    /// A line of pairs that nobody has named as one is taken only where its keys tell what a request tells.
    var isRequestByItsKeys: Bool {
        let status = fields[.status]
        return !status.isAbsent && status.run.isStatusCode
            && (hasWrappersTime || !fields[.time].isAbsent)
    }

    /// Nothing of the line is kept, for another format may take it.
    mutating func isGivenUp() -> Bool {
        fields.clear()
        marks = Writer.Marks()
        return false
    }
}

extension ByteRun {
    /// Three digits.
    var isStatusCode: Bool { count == 3 && isDigit(self[0]) && isDigit(self[1]) && isDigit(self[2]) }
}
