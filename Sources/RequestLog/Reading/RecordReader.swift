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
    /// Values of the cache field that no vocabulary knows; they count as `unknown`.
    package private(set) var unknownCacheWords: UInt64 = 0
    /// The first such word since the last look, for one log line.
    package private(set) var unknownCacheWord: String?

    var keys = KeyTable()
    var fields = LineFields()
    var text = JSONText()
    private var template = RouteTemplate()
    private var times = TimestampParser()
    var routes = NameCache()
    var versions = NameCache()
    private var cacheWords = NameCache()

    package init(options: ReaderOptions = ReaderOptions()) { self.options = options }

    /// Reads lines from `offset` on until the block ends or the batch is full, and moves `offset` behind them.
    ///
    /// Returns whether lines are left. A record later than `latest` is a `future_time`.
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
            do throws(LineReject) {
                let next = try scan(line)
                let record = try interpret(latest: latest, names: &names)
                batch.append(record)
                counts.accepted &+= 1
                line = next
            } catch {
                if error.isBlank { counts.blank &+= 1 } else { counts[error.reason] &+= 1 }
                line = cscan_line_feed(line, end)! + 1
            }
        }
        offset = line - start
        return line < end
    }

    /// Finds the wanted values of the line and checks the rest; returns the beginning of the next line.
    @inline(__always)
    mutating func scan(_ line: UnsafePointer<UInt8>) throws(LineReject) -> UnsafePointer<UInt8> {
        fields.clear()
        if keys.isFull { keys = KeyTable() }
        let start = JSONScanner.skipSpace(line)
        guard start.pointee == openBrace else {
            throw start.pointee == lineFeed
                ? .blank
                : LineReject(.malformed, at: UInt(bitPattern: start), expected: "an object: {\"key\": value, …}")
        }
        do throws(JSONFault) {
            let end = JSONScanner.skipSpace(try object(start, in: KeyTable.topLevel, depth: 0))
            guard end.pointee == lineFeed else { throw JSONFault(place: end, expected: "the end of the line") }
            return end + 1
        } catch {
            throw LineReject(.malformed, at: error.address, expected: error.expected)
        }
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

// MARK: - From values to a record

extension RecordReader {
    /// Reads the values that `scan` has found.
    @inline(__always)
    mutating func interpret(latest: Timestamp, names: inout Names) throws(LineReject) -> Record {
        var record = Record()
        record.status = try status()
        record.time = try time()
        if record.time > latest { throw LineReject(.futureTime, fields[.time], expected: "a time that has come") }
        record.durationNanoseconds = try duration()
        try methodAndRoute(&record, names: &names)
        record.cache = try cacheStatus()
        record.segment = try segment()
        record.version = try version(names: &names)
        record.dbCalls = count(.dbCalls, most: Record.mostCalls)
        record.bytes = count(.bytes, most: Record.mostBytes)
        record.dbNanoseconds = span(.dbTime)
        record.upstreamNanoseconds = span(.upstreamTime)
        return record
    }

    /// The text of a string or number value; nil where there is none. A read string must be valid.
    @inline(__always)
    private mutating func content(_ field: Field) throws(LineReject) -> ByteRun? {
        let value = fields[field]
        switch value.kind {
        case .string, .escapedString:
            guard let run = text.read(value.run, escaped: value.kind == .escapedString) else {
                throw LineReject(.malformed, value, expected: "valid text without control characters")
            }
            return run
        case .number: return value.run
        default: return nil
        }
    }

    /// `-` and nothing stand for an absent value in the logs of proxies.
    @inline(__always)
    private static func isDash(_ run: ByteRun) -> Bool { run.isEmpty || (run.count == 1 && run[0] == minus) }

    @inline(__always)
    private mutating func status() throws(LineReject) -> UInt16 {
        guard let run = try content(.status), !RecordReader.isDash(run) else {
            throw LineReject(.missingStatus, fields[.status], expected: "a status code")
        }
        guard run.count == 3, isDigit(run[0]), isDigit(run[1]), isDigit(run[2]), run[0] != zero, run[0] < zero + 6
        else { throw LineReject(.badStatus, fields[.status], expected: "a status code from 100 to 599") }
        return UInt16(run[0] &- zero) &* 100 &+ UInt16(run[1] &- zero) &* 10 &+ UInt16(run[2] &- zero)
    }

    @inline(__always)
    private mutating func time() throws(LineReject) -> Timestamp {
        guard let run = try content(.time), !RecordReader.isDash(run) else {
            throw LineReject(.missingTime, fields[.time], expected: "a time")
        }
        let isText = fields[.time].kind != .number && run.count > 4 && run[4] == minus
        guard let time = isText ? times.rfc3339(run) : times.epoch(run) else {
            throw LineReject(
                .badTime, fields[.time],
                expected: "RFC 3339 with a zone, or seconds, ms, µs or ns since 1970 with 10, 13, 16 or 19 digits")
        }
        return time
    }

    @inline(__always)
    private mutating func duration() throws(LineReject) -> Int64 {
        guard let run = try content(.duration), !RecordReader.isDash(run) else { return Record.absent }
        let unit = fields[.duration].unit ?? options.durationUnit
        // Several upstreams leave a list; a service's own time is one value.
        guard let nanoseconds = run.duration(unit: unit) else {
            throw LineReject(
                .badDuration, fields[.duration],
                expected: "a duration of zero to a year whose unit the key, the value or duration_unit tells")
        }
        return nanoseconds
    }

    @inline(__always)
    private mutating func methodAndRoute(_ record: inout Record, names: inout Names) throws(LineReject) {
        if let run = try content(.method) { record.method = Method(run) }
        if let run = try content(.route), !RecordReader.isDash(run) {
            record.route = RecordReader.name(run, in: &routes, names: &names) { $0.withoutQuery }
            if fields[.method].isAbsent { record.method = try requestLine().method }
            return
        }
        var target = try content(.path)
        if target == nil || fields[.method].isAbsent {
            let request = try requestLine()
            if fields[.method].isAbsent { record.method = request.method }
            // Reading the request line may have reused the memory of an escaped path.
            target = try content(.path) ?? request.target
        }
        if record.status >= 400 && record.status < 500 {
            record.route = .unmatched
        } else if let target, !RecordReader.isDash(target) {
            record.route = RecordReader.name(template.of(path: target), in: &routes, names: &names) { $0 }
        } else {
            record.route = .unmatched
        }
    }

    /// `GET /path HTTP/1.1`
    private mutating func requestLine() throws(LineReject) -> (method: Method, target: ByteRun?) {
        guard let run = try content(.requestLine), let gap = run.firstPlace(of: space) else { return (.other, nil) }
        let rest = run.dropFirst(gap + 1)
        return (Method(run.prefix(gap)), rest.prefix(rest.firstPlace(of: space) ?? rest.count))
    }

    @inline(__always)
    private static func name(
        _ run: ByteRun, in cache: inout NameCache, names: inout Names, cleaned: (ByteRun) -> ByteRun
    ) -> NameID {
        let hash = NameCache.hash(run)
        if let known = cache.find(run, hash: hash) { return NameID(index: known) }
        let identifier = names.intern(cleaned(run).text)
        cache.insert(run, hash: hash, value: identifier.index)
        return identifier
    }

    @inline(__always)
    private mutating func cacheStatus() throws(LineReject) -> CacheStatus {
        guard let run = try content(.cache) else {
            // `true` or an object is a word that no table knows; only an absent value is none.
            if fields[.cache].isAbsent { return CacheStatus.none }
            unknownCacheWords &+= 1
            return .unknown
        }
        let hash = NameCache.hash(run)
        if let known = cacheWords.find(run, hash: hash) {
            if known == UInt32(UInt8.max) {
                unknownCacheWords &+= 1
                return .unknown
            }
            return CacheStatus(rawValue: UInt8(truncatingIfNeeded: known))!
        }
        let status = CacheWords.status(of: run)
        cacheWords.insert(run, hash: hash, value: UInt32(status?.rawValue ?? .max))
        if status == nil {
            unknownCacheWords &+= 1
            if unknownCacheWord == nil { unknownCacheWord = run.prefix(40).text }
        }
        return status ?? .unknown
    }

    @inline(__always)
    private mutating func segment() throws(LineReject) -> Segment {
        let fact = fields[.authenticated]
        switch fact.kind {
        case .yes: return .authenticated
        case .no: return .anonymous
        case .string, .escapedString, .number:
            guard let run = try content(.authenticated) else { break }
            for word in ["true", "yes", "1"] as [StaticString] where run.equals(caseBlind: word) {
                return .authenticated
            }
            for word in ["false", "no", "0"] as [StaticString] where run.equals(caseBlind: word) { return .anonymous }
        default: break
        }
        let identity = fields[.identity]
        switch identity.kind {
        case .absent: return .unknown
        case .null, .no: return .anonymous
        case .string, .escapedString:
            // Who it is goes nowhere; only whether it is somebody.
            let run = identity.run
            if RecordReader.isDash(run) || run.equals(caseBlind: "anonymous") { return .anonymous }
            return .authenticated
        default: return .authenticated
        }
    }

    @inline(__always)
    private mutating func version(names: inout Names) throws(LineReject) -> NameID {
        guard let run = try content(.version), !RecordReader.isDash(run) else { return .none }
        return RecordReader.name(run, in: &versions, names: &names) { $0 }
    }

    /// A whole number of zero or more; anything else is taken as absent, for no request is lost over a side value.
    @inline(__always)
    private func count(_ field: Field, most: Int64) -> Int64 {
        let value = fields[field]
        guard value.kind == .number || value.kind == .string, let (number, length) = Decimal.parse(value.run),
            length == value.run.count, let count = number.whole, count >= 0, count <= most
        else { return Record.absent }
        return count
    }

    @inline(__always)
    private func span(_ field: Field) -> Int64 {
        let value = fields[field]
        guard value.kind == .number || value.kind == .string else { return Record.absent }
        if let sum = value.run.durationSum(unit: value.unit) { return sum }
        return field == .dbTime ? value.run.serverTiming(of: "db") ?? Record.absent : Record.absent
    }
}
