import CScan

/// From blocks of whole lines to records: the only code that sees every byte.
///
/// A block's last byte is a line feed, and `RecordReader.padding` readable bytes follow it. One reader serves all logs
/// that share their options, and goes with one `Names`; what it learns about keys and names only makes it faster, never
/// changes a result.
package struct RecordReader: ~Copyable {
    /// Readable bytes that a block's owner keeps behind it.
    package static let padding = ByteRun.padding

    package let options: ReaderOptions
    let learnsShapes: Bool
    /// Values of the cache field that no vocabulary knows; they count as `unknown`.
    package internal(set) var unknownCacheWords: UInt64 = 0
    /// Such a word since somebody asked.
    package internal(set) var unknownCacheWord: String?

    /// The time of lines whose format has none; nil: they are rejected.
    package var arrival: Timestamp?

    /// Of each reason the first line since somebody asked.
    private var rejects = RejectSamples()

    /// Lines that a shape took; the general scanner read the others.
    package internal(set) var shapedLines: UInt64 = 0

    var chunk = Chunk()
    var blanked = BlankedLines()
    var shapes = ShapeTable()
    var wideRoutes = WideNames()
    var wideVersions = WideNames()
    var methods = ShortWords()
    var cacheStatuses = ShortWords()
    let asked: AskedKeys
    var keys: KeyTable
    let formats: FormatTable
    /// Every line for itself.
    let isAuto: Bool
    /// A line that begins with a brace is an object.
    private let isOfObjects: Bool
    /// The labels of LTSV.
    var labels: KeyTable
    /// What `keys` said of the pairs of a line, and `labels` of its fields.
    var lastKeys = KeySequence()
    var lastLabels = KeySequence()
    /// Of the line at hand: how it is written.
    var form = LineForm.json
    var columnUses = ColumnUses()
    /// Of a line of pairs: quotes and brackets whose ends were looked for in vain.
    var unclosed = 0
    /// Of the log at hand: what its lines have stated.
    package internal(set) var context = LineContext.free
    /// Of the line at hand: what it was wrapped in, from the outside to the inside.
    var wrappers = WrapperList()
    /// Of the line at hand: its wrapper says that HAProxy wrote it.
    var isHAProxy = false
    /// Of the line at hand: its wrapper tells when it was written.
    var hasWrappersTime = false
    var copies = LineCopies()
    /// Of the line at hand: what was found in it while lines were looked for does not rule out an escape byte.
    var mayBeColoured = true
    /// The line at hand is one that was mended: it is not mended again.
    var isMended = false
    /// Of the line at hand: whose it may be.
    var marks = Writer.Marks()
    var fields = LineFields()
    var text = JSONText()
    let patterns: RoutePatterns
    let hasSegmentKey: Bool
    let filters: LineFilters
    var template = RouteTemplate()
    var times: TimestampParser
    var routes = NameCache()
    /// By the templates of paths.
    var paths = NameCache()
    var learnedPlaces = LearnedPlaces()
    var versions = NameCache()
    var cacheWords = NameCache()

    package mutating func takeUnknownCacheWord() -> String? { unknownCacheWord.take() }

    package mutating func takeRejects() -> RejectSamples? {
        if rejects.isEmpty { return nil }
        defer { rejects = RejectSamples() }
        return rejects
    }

    @inline(never)
    mutating func note(_ reject: LineReject, of line: ByteRun, in counts: inout LineCounts) {
        switch reject.kind {
        case .blank: counts.blank &+= 1
        case .filtered: counts.filtered &+= 1
        case .header: counts.header &+= 1
        case .continuation: counts.continuation &+= 1
        case .rejected:
            counts[reject.reason] &+= 1
            rejects.keep(line, for: reject.reason)
        }
    }

    /// - Parameter learnsShapes: without them, the general scanner reads every line: the same, slower.
    package init(options: ReaderOptions = ReaderOptions(), learnsShapes: Bool = true) {
        self.options = options
        self.learnsShapes = learnsShapes
        times = TimestampParser(zone: options.timeZone)
        asked = AskedKeys(options)
        keys = KeyTable(asked)
        labels = KeyTable(asked, names: LabelNames.table)
        patterns = RoutePatterns(options.routes)
        hasSegmentKey = options.segmentKey != nil
        filters = LineFilters(options.filters)
        isAuto = options.format == .auto
        isOfObjects = options.format.isOfObjects
        switch options.format {
        case .auto: formats = FormatTable(asked.added(to: TextFormat.known))
        case .known(let name): formats = FormatTable(asked.added(to: TextFormat.known.filter { $0.name == name }))
        case .text(let format): formats = FormatTable(asked.added(to: [format]))
        case .json, .nginxJSON, .logfmt, .ltsv, .w3c: formats = FormatTable([])
        }
    }

    /// Reads lines from `offset` on until the block ends or the batch is full, and moves `offset` behind them.
    ///
    /// Returns whether lines are left. A record later than `latest` is a `future_time`. The lines of an ordered log
    /// come one after the other, and what they state stays in its context.
    package mutating func read(
        _ block: UnsafeRawBufferPointer, from offset: inout Int, context: inout LineContext, latest: Timestamp,
        names: inout Names, counts: inout LineCounts, into batch: inout RecordBatch
    ) -> Bool {
        swap(&context, &self.context)
        times.lastLocal = self.context.lastLocal
        defer {
            self.context.lastLocal = times.lastLocal
            swap(&context, &self.context)
        }
        return read(block, from: &offset, latest: latest, names: &names, counts: &counts, into: &batch)
    }

    /// The same for a log whose lines stand for themselves.
    package mutating func read(
        _ block: UnsafeRawBufferPointer, from offset: inout Int, latest: Timestamp, names: inout Names,
        counts: inout LineCounts, into batch: inout RecordBatch
    ) -> Bool {
        guard let base = block.baseAddress, offset < block.count else { return false }
        precondition(block[block.count - 1] == lineFeed, "a block ends with a line feed")
        let start = base.assumingMemoryBound(to: UInt8.self)
        let end = start + block.count
        var line = start + offset
        while line < end, !batch.isFull {
            line = readChunk(from: line, to: end, latest: latest, names: &names, counts: &counts, into: &batch)
        }
        offset = line - start
        return line < end
    }

    /// Finds the wanted values of the line, and checks the rest.
    @inline(__always)
    mutating func scan(_ line: UnsafePointer<UInt8>) throws(LineReject) {
        fields.clear()
        marks = Writer.Marks()
        form = .json
        if !wrappers.isEmpty || !copies.isEmpty { forgetWrappers() }
        if context.field != nil { return try scanField(line) }
        try scanContent(line)
    }

    /// A line, or what is left of one without its wrappers.
    mutating func scanContent(_ line: UnsafePointer<UInt8>) throws(LineReject) {
        var start = JSONScanner.skipSpace(line)
        if start.pointee != openBrace {
            start = JSONScanner.skipByteOrderMark(start)
            if start.pointee == lineFeed { throw LineReject(.blank) }
        }
        guard start.pointee == openBrace else { return try scanText(start) }
        if DockerLine.mayBegin(at: start), try scanWrapped(start) { return }
        if !isOfObjects { return try scanText(start) }
        if keys.isFull { forgetKeys() }
        do throws(JSONFault) {
            let end = JSONScanner.skipSpace(try object(start, in: KeyTable.topLevel, depth: 0))
            guard end.pointee == lineFeed else { throw JSONFault(place: end, expected: "the end of the line") }
        } catch {
            if try scanMended(start) { return }
            throw LineReject(.malformed, at: error.address, expected: error.expected)
        }
    }

    @inline(never)
    mutating func forgetKeys() {
        keys = KeyTable(asked)
        lastKeys = KeySequence()
    }

    private mutating func object(
        _ start: UnsafePointer<UInt8>, in container: UInt32, depth: Int
    ) throws(JSONFault) -> UnsafePointer<UInt8> {
        guard depth < JSONScanner.depthLimit else { throw JSONScanner.tooDeep(start) }
        var cursor = JSONScanner.skipSpace(start + 1)
        if cursor.pointee == closeBrace { return cursor + 1 }
        while true {
            guard cursor.pointee == quote else { throw JSONFault(place: cursor, expected: "a key in quotes") }
            let key = cursor + 1
            let (keyEnd, escaped) = try JSONScanner.string(key)
            let action = try action(for: ByteRun(start: key, count: keyEnd - key), escaped: escaped, in: container)
            marks.add(action.marks)
            cursor = try JSONScanner.colon(keyEnd + 1)
            cursor = JSONScanner.skipSpace(try value(cursor, action, depth: depth + 1))
            if cursor.pointee == closeBrace { return cursor + 1 }
            cursor = try JSONScanner.separator(cursor)
        }
    }

    @inline(__always)
    private mutating func action(
        for key: ByteRun, escaped: Bool, in container: UInt32
    ) throws(JSONFault) -> KeyTable.Action {
        if !escaped { return keys.action(for: key, in: container) }
        // A key that is not text names no field.
        guard let resolved = text.read(key, escaped: true) else {
            return KeyTable.Action(meaning: nil, container: 0, key: 0)
        }
        return keys.action(for: resolved, in: container)
    }

    @inline(__always)
    private mutating func value(
        _ start: UnsafePointer<UInt8>, _ action: KeyTable.Action, depth: Int
    ) throws(JSONFault) -> UnsafePointer<UInt8> {
        guard let meaning = action.meaning else {
            if action.container != 0, start.pointee == openBrace {
                return try object(start, in: action.container, depth: depth)
            }
            return try JSONScanner.skipValue(start, depth: depth)
        }
        if meaning.notation.isInterpreted { return try interpretedValue(start, action, depth: depth) }
        let end: UnsafePointer<UInt8>
        switch start.pointee {
        case quote:
            let (stop, escaped) = try JSONScanner.string(start + 1)
            let run = ByteRun(start: start + 1, count: stop - start - 1)
            fields.offer(run, escaped ? .escapedString : .string, for: meaning, key: action.key)
            return stop + 1
        case openBrace where action.container != 0:
            // Its members are the values: `request.method`, `url.path`.
            return try object(start, in: action.container, depth: depth)
        case openBrace, openBracket:
            end = try JSONScanner.skipValue(start, depth: depth)
            // Somebody may be an object; anything else is a value only where no other name has one.
            let place = meaning.field == .identity ? meaning : meaning.behindAllOthers
            fields.offer(ByteRun(start: start, count: end - start), .nested, for: place, key: action.key)
        case minus, zero...UInt8(ascii: "9"):
            end = try JSONScanner.number(start)
            fields.offer(ByteRun(start: start, count: end - start), .number, for: meaning, key: action.key)
        default:
            end = try JSONScanner.literal(start)
            let run = ByteRun(start: start, count: end - start)
            if start.pointee == UInt8(ascii: "n") {
                fields.offer(run, .null, for: meaning.behindAllOthers, key: action.key)
            } else {
                fields.offer(run, start.pointee == UInt8(ascii: "t") ? .yes : .no, for: meaning, key: action.key)
            }
        }
        return end
    }
}
