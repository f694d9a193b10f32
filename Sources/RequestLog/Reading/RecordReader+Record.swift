extension RecordReader {
    /// Reads the values that `scan` has found.
    @inline(__always)
    mutating func interpret(latest: Timestamp, names: inout Names) throws(LineReject) -> Record {
        var record = Record()
        record.status = try status()
        record.time = try time(latest: latest)
        if record.time > latest { throw LineReject(.futureTime, fields[.time], expected: "a time that has come") }
        record.durationNanoseconds = try duration()
        if !filters.isEmpty, try isFiltered(status: record.status) { throw LineReject(.filtered) }
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
    mutating func content(_ field: Field) throws(LineReject) -> ByteRun? {
        let value = fields[field]
        switch value.kind {
        case .string, .escapedString:
            guard let run = text.read(value.run, escaped: value.kind == .escapedString) else {
                // What a client sent that was no request is written as it came; it counts all the same.
                if form != .json, field == .requestLine || field == .path || field == .method { return nil }
                throw LineReject(.malformed, value, expected: "valid text without control characters")
            }
            return run
        case .number: return value.run
        default: return nil
        }
    }

    /// `-` and nothing stand for an absent value in the logs of proxies.
    @inline(__always)
    static func isDash(_ run: ByteRun) -> Bool { run.isEmpty || (run.count == 1 && run[0] == minus) }

    /// Istio calls every route of a virtual service that has no names `default`.
    @inline(__always)
    static func isNoRoute(_ run: ByteRun) -> Bool {
        isDash(run) || (run.count == 7 && run.equals(caseBlind: "default"))
    }

    static let clientLeft: UInt16 = 499

    /// `0`, `000` and `-1`.
    @inline(__always)
    static func isNoStatus(_ run: ByteRun) -> Bool {
        guard run[0] == zero || run[0] == minus else { return false }
        return run.equals(caseBlind: "0") || run.equals(caseBlind: "000") || run.equals(caseBlind: "-1")
    }

    @inline(__always)
    private mutating func status() throws(LineReject) -> UInt16 {
        guard let run = try content(.status), !RecordReader.isDash(run) else {
            throw LineReject(.missingStatus, fields[.status], expected: "a status code")
        }
        // Envoy, and Caddy: nothing was answered, for the client had left. nginx has a code for that.
        if RecordReader.isNoStatus(run), fields[.status].notation == .signed || marks.writer != nil {
            return RecordReader.clientLeft
        }
        guard run.count == 3, isDigit(run[0]), isDigit(run[1]), isDigit(run[2]), run[0] != zero, run[0] < zero + 6
        else { throw LineReject(.badStatus, fields[.status], expected: "a status code from 100 to 599") }
        return UInt16(run[0] &- zero) &* 100 &+ UInt16(run[1] &- zero) &* 10 &+ UInt16(run[2] &- zero)
    }

    @inline(__always)
    private mutating func time(latest: Timestamp) throws(LineReject) -> Timestamp {
        guard let run = try content(.time), !RecordReader.isDash(run) else {
            if let arrival, case .text(let format) = form, !formats.tellsTime(format) { return arrival }
            throw LineReject(.missingTime, fields[.time], expected: "a time")
        }
        let reference = latest.nanoseconds == .max ? options.reference : latest
        guard let time = times.instant(run, isNumber: fields[.time].kind == .number, reference: reference) else {
            throw LineReject(
                .badTime, fields[.time],
                expected:
                    "a date and a time of day with a zone (or time_zone in the configuration), or s, ms, µs or ns since 1970 with 10, 13, 16 or 19 digits"
            )
        }
        return time
    }

    @inline(__always)
    private mutating func duration() throws(LineReject) -> Int64 {
        guard let run = try content(.duration), !RecordReader.isDash(run) else { return Record.absent }
        let unit = fields[.duration].unit ?? options.durationUnit ?? marks.writer?.durationUnit
        // Several upstreams leave a list; a service's own time is one value.
        let notation = fields[.duration].notation
        guard let nanoseconds = notation == .plain ? run.duration(unit: unit) : run.duration(unit: unit, notation)
        else {
            throw LineReject(
                .badDuration, fields[.duration],
                expected: "a duration of zero to a year whose unit the key, the value or duration_unit tells")
        }
        return nanoseconds
    }

    @inline(__always)
    mutating func methodAndRoute(_ record: inout Record, names: inout Names) throws(LineReject) {
        if let run = try content(.method) { record.method = Method(run) }
        if let run = try content(.route), !RecordReader.isNoRoute(run) {
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
        if !patterns.isEmpty, let target, !RecordReader.isDash(target), let pattern = patterns.first(matching: target) {
            record.route = RecordReader.name(pattern, in: &routes, names: &names) { $0 }
        } else if record.status >= 400 && record.status < 500 {
            record.route = .unmatched
        } else if let target, !RecordReader.isDash(target) {
            record.route = route(ofPath: template.of(path: target), names: &names)
        } else {
            record.route = .unmatched
        }
    }

    /// `GET /path HTTP/1.1`
    mutating func requestLine() throws(LineReject) -> (method: Method, target: ByteRun?) {
        guard let run = try content(.requestLine) else { return (.other, nil) }
        if run.count > 1, run[0] == UInt8(ascii: "<") { return RecordReader.djangoRequest(run) }
        let gap = run.firstPlace(of: space, or: space)
        if gap == run.count { return (.other, nil) }
        let rest = run.dropFirst(gap + 1)
        return (Method(run.prefix(gap)), rest.prefix(rest.firstPlace(of: space, or: space)))
    }

    /// `<WSGIRequest: GET '/polls/?page=2'>`: what Django's loggers say of a request, where somebody makes it a text.
    @inline(never)
    private static func djangoRequest(_ run: ByteRun) -> (method: Method, target: ByteRun?) {
        let parts = run.split(at: space)
        guard parts.count == 3, parts[0].count > 1, parts[0][parts[0].count - 1] == colon, parts[2].count > 3,
            parts[2][0] == UInt8(ascii: "'"), parts[2].dropFirst(parts[2].count - 2).equals(caseBlind: "'>")
        else { return (.other, nil) }
        return (Method(parts[1]), parts[2].dropFirst(1).prefix(parts[2].count - 3))
    }

    @inline(__always)
    static func name(
        _ run: ByteRun, in cache: inout NameCache, names: inout Names, cleaned: (ByteRun) -> ByteRun
    ) -> NameID {
        let hash = NameCache.hash(run)
        if let known = cache.find(run, hash: hash) { return NameID(index: known) }
        let identifier = names.intern(cleaned(run).text)
        cache.insert(run, hash: hash, value: identifier.index)
        return identifier
    }

    /// What was learned since a path was met does not matter here: whoever keeps the route makes it coarser.
    @inline(__always)
    private mutating func route(ofPath template: ByteRun, names: inout Names) -> NameID {
        let hash = NameCache.hash(template)
        if let known = paths.find(template, hash: hash) { return NameID(index: known) }
        return newRoute(ofPath: template, names: &names)
    }

    /// Of all that are the same by what was learned, one is remembered.
    @inline(never)
    private mutating func newRoute(ofPath template: ByteRun, names: inout Names) -> NameID {
        learnedPlaces.update(names.learned)
        let template = learnedPlaces.applied(to: template)
        let hash = NameCache.hash(template)
        if let known = paths.find(template, hash: hash) { return NameID(index: known) }
        let identifier = names.intern(path: template.text)
        paths.insert(template, hash: hash, value: identifier.index)
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
        return cacheStatus(of: run)
    }

    /// What the word means; the run is valid text.
    @inline(__always)
    mutating func cacheStatus(of run: ByteRun) -> CacheStatus {
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
            if unknownCacheWord == nil { unknownCacheWord = CacheWords.withoutKey(run).prefix(40).text }
        }
        return status ?? .unknown
    }

    @inline(__always)
    mutating func segment() throws(LineReject) -> Segment {
        if hasSegmentKey { return try configuredSegment() }
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
            return RecordReader.segment(ofIdentity: words(identity))
        default: return .authenticated
        }
    }

    /// By the value of the key that the user named: a fact, or somebody.
    @inline(never)
    private mutating func configuredSegment() throws(LineReject) -> Segment {
        let value = fields[.authenticated]
        switch value.kind {
        case .absent, .null, .no: return .anonymous
        case .yes, .nested: return .authenticated
        case .string, .escapedString, .number:
            let run = words(value)
            let words: [StaticString] = ["false", "no", "0"]
            guard !words.contains(where: run.equals) else { return .anonymous }
            return RecordReader.segment(ofIdentity: run)
        }
    }

    /// Without its escapes, where they are valid: somebody may be written as anybody likes.
    @inline(__always)
    private mutating func words(_ value: LineFields.Value) -> ByteRun {
        value.kind == .escapedString ? text.read(value.run, escaped: true) ?? value.run : value.run
    }

    /// Who it is goes nowhere; only whether it is somebody.
    @inline(__always)
    static func segment(ofIdentity run: ByteRun) -> Segment {
        isDash(run) || run.equals(caseBlind: "anonymous") ? .anonymous : .authenticated
    }

    @inline(__always)
    mutating func version(names: inout Names) throws(LineReject) -> NameID {
        guard let run = try content(.version), !RecordReader.isDash(run) else { return .none }
        return RecordReader.name(run, in: &versions, names: &names) { $0 }
    }

    /// A whole number of zero or more; anything else is taken as absent, for no request is lost over a side value.
    @inline(__always)
    private func count(_ field: Field, most: Int64) -> Int64 {
        let value = fields[field]
        guard value.kind == .number || value.kind == .string else { return Record.absent }
        return value.run.count(most: most)
    }

    @inline(__always)
    func span(_ field: Field) -> Int64 {
        let value = fields[field]
        guard value.kind == .number || value.kind == .string else { return Record.absent }
        if value.notation != .plain {
            return value.run.duration(unit: value.unit, value.notation) ?? Record.absent
        }
        return RecordReader.span(value.run, field, unit: value.unit)
    }

    @inline(never)
    static func span(_ run: ByteRun, _ field: Field, unit: DurationUnit?) -> Int64 {
        if let sum = run.durationSum(unit: unit) { return sum }
        return field == .dbTime ? run.serverTiming(of: "db") ?? Record.absent : Record.absent
    }
}

extension ByteRun {
    @inline(__always)
    func count(most: Int64) -> Int64 {
        guard let (number, length) = Decimal.parse(self), length == count, let count = number.whole, count >= 0,
            count <= most
        else { return Record.absent }
        return count
    }
}
