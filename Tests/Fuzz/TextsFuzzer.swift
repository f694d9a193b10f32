import RequestLog

/// What `RecordReader` makes of lines of text, in every format and in what is wrapped around them: the same whatever
/// stands before a line, wherever a log is cut and gone on with from its context, the same as `explain` says; and a line
/// is read under `auto` as by its format alone, the first of those that take it.
///
/// Input: the format, the unit, where the log is cut, then the lines.
@c(LLVMFuzzerTestOneInput)
func fuzzTexts(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    let format = input.choice(of: formats)
    let unit = input.choice(of: [nil, .seconds, .milliseconds] as [DurationUnit?])
    let cut = Int(input.byte())
    var content = input.bytes
    if content.last != 10 { content.append(10) }
    let lines = content.naiveLines.prefix(30).map { Array($0.content) + [10] }
    let options = options(format, unit)

    var whole = Reading(options)
    whole.context.begin(lines, format)
    whole.read(lines.flatMap(\.self))
    checkPieces(lines, cut: cut % (lines.count + 1), options, whole)
    if !whole.context.isOrdered { checkEach(lines, options, whole) }
    for line in lines { checkWalk(line, format, options) }
    return 0
}

private let known: [String] = TextFormat.known.reduce(into: []) { names, format in
    if names.last != format.name { names.append(format.name) }
}

private let formats: [LineFormat] =
    [.auto, .auto, .logfmt, .ltsv, .w3c(W3CColumns(columns)), .w3c(W3CColumns()), .nginxJSON] + users
    + known.map { .known($0) }

private let columns = Array("date time cs-method cs-uri-stem sc-status sc-bytes time-taken x-edge-result-type".utf8)

/// As users write them.
private let users: [LineFormat] = [
    try? TextFormat(
        name: "nginx", nginx: #"$remote_addr [$time_local] "$request" $status $upstream_response_time"#, pattern: "a"),
    try? TextFormat(name: "apache", apache: #"%h:%p %l %u %t "%r" %>s %b %D"#, pattern: "b"),
    try? TextFormat(name: "gunicorn", gunicorn: #"%(h)s %(t)s "%(r)s" %(s)s "%(a)s" %(L)s "#, pattern: "c"),
].compactMap { $0 }.map { .text($0) }

private let latest = Timestamp(nanoseconds: .max)

private func options(_ format: LineFormat, _ unit: DurationUnit?) -> ReaderOptions {
    var options = ReaderOptions(format: format, durationUnit: unit, timeZone: .utc)
    options.reference = Timestamp(seconds: 1_800_000_000)
    return options
}

/// Whoever goes on from the middle has read what he would have read without a stop.
private func checkPieces(_ lines: [[UInt8]], cut: Int, _ options: ReaderOptions, _ whole: borrowing Reading) {
    var first = Reading(options)
    first.context.begin(lines, options.format)
    first.read(lines[..<cut].flatMap(\.self))
    guard let kept = LineContext(encoded: first.context.encoded) ?? (cut == 0 ? first.context : nil) else {
        return precondition(first.context.encoded.isEmpty, "a context that cannot be read back")
    }
    precondition(kept == first.context, "another context than was written down")
    var second = Reading(options)
    second.context = kept
    second.read(lines[cut...].flatMap(\.self))
    first.counts.add(second.counts)
    precondition(first.counts == whole.counts, "where a log is cut changes what becomes of its lines")
    precondition(first.found + second.found == whole.found, "where a log is cut changes its records")
}

private func checkEach(_ lines: [[UInt8]], _ options: ReaderOptions, _ whole: borrowing Reading) {
    var apart = Reading(options)
    for line in lines {
        var alone = Reading(options)
        alone.context = .free
        alone.read(line)
        apart.counts.add(alone.counts)
        apart.found += alone.found
        checkExplanation(of: line, alone, options)
    }
    precondition(whole.counts == apart.counts, "what stands before a line changes what becomes of it")
    precondition(whole.found == apart.found, "what stands before a line changes its record")
}

private func checkExplanation(of line: [UInt8], _ alone: borrowing Reading, _ options: ReaderOptions) {
    var reader = RecordReader(options: options)
    let explanation = reader.explain(line, latest: latest)
    switch explanation.outcome {
    case .blank: precondition(alone.counts.blank == 1, "explain calls a line blank that is not")
    case .header: precondition(alone.counts.header == 1, "explain calls a line a header that is none")
    case .continuation: precondition(alone.counts.continuation == 1, "explain calls a line a part that is none")
    case .filtered: precondition(alone.counts.filtered == 1, "explain calls a line filtered that is not")
    case .record(let record):
        precondition(alone.found.count == 1, "explain calls a line a record that is none")
        precondition(record.time == alone.found[0].record.time, "explain reads another time")
        precondition(Array(explanation.route.utf8) == alone.found[0].route, "explain reads another route")
    case .rejected(let fault):
        precondition(alone.counts[fault.reason] == 1, "explain gives another reason")
        precondition((0..<line.count).contains(fault.offset), "a fault outside of its line")
    }
}

/// Under `auto`, a line is its first format's that takes it, with the values that this format alone finds; what begins
/// with a key may be a line of pairs or labels before that.
private func checkWalk(_ line: [UInt8], _ format: LineFormat, _ options: ReaderOptions) {
    guard case .known(let name) = format, let place = known.firstIndex(of: name) else { return }
    // Under auto, what begins with a brace is an object.
    let head = line.first { ![0x20, 0x09, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }
    if head == UInt8(ascii: "{") { return }
    var together = options
    together.format = .auto
    var alone = RecordReader(options: options)
    var all = RecordReader(options: together)
    let found = alone.explain(line, latest: latest)
    let expected = all.explain(line, latest: latest)
    let first = expected.origin.flatMap { known.firstIndex(of: $0.format) }
    if found.origin?.wrappers == [], found.origin?.format == name {
        // What looks wrapped is looked for before all formats, by both.
        let isOfKeys = ["logfmt", "ltsv"].contains(expected.origin?.format)
        precondition(
            isOfKeys || first.map { $0 <= place } ?? false, "a line that a format takes is none's under auto")
    }
    // A time in front is peeled off under auto alone.
    if first == place, expected.origin?.wrappers == [] {
        precondition(found.origin == expected.origin, "a line is one format's under auto, and not by that format alone")
        precondition(found.findings == expected.findings, "other values under auto than by the format alone")
        precondition(found.outcome == expected.outcome, "another record under auto than by the format alone")
    }
}

private struct Reading: ~Copyable {
    struct Found: Equatable {
        var record: Record
        var route: [UInt8]
        var version: [UInt8]
    }

    var reader: RecordReader
    var context = LineContext()
    var names = Names()
    var counts = LineCounts()
    var found: [Found] = []

    init(_ options: ReaderOptions) { reader = RecordReader(options: options) }

    mutating func read(_ block: [UInt8]) {
        if block.isEmpty { return }
        // The memory ends with the padding, and what stands in it must not matter.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: block.count + RecordReader.padding, alignment: 1)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "\""))
        memory.copyBytes(from: block)
        var offset = 0
        var isLeft = true
        while isLeft {
            var batch = RecordBatch()
            isLeft = reader.read(
                UnsafeRawBufferPointer(rebasing: memory[..<block.count]), from: &offset, context: &context,
                latest: latest, names: &names, counts: &counts, into: &batch)
            for record in batch.records { add(record) }
        }
        precondition(offset == block.count, "the reader stops before the end of the block")
        precondition(found.count == Int(counts.accepted), "records are not the lines that were accepted")
    }

    private mutating func add(_ record: Record) {
        precondition((100...599).contains(record.status), "a status that is none")
        precondition((-1...Record.longestDuration).contains(record.durationNanoseconds), "a duration out of range")
        precondition((-1...Record.mostBytes).contains(record.bytes), "bytes out of range")
        var kept = record
        (kept.route, kept.version) = (.none, .none)
        found.append(
            Found(record: kept, route: Array(names[record.route].utf8), version: Array(names[record.version].utf8)))
    }
}

extension LineContext {
    /// What kind of log its first lines tell.
    fileprivate mutating func begin(_ lines: [[UInt8]], _ format: LineFormat) {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: lines.reduce(0) { $0 + $1.count } + RecordReader.padding, alignment: 1)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        memory.copyBytes(from: lines.joined())
        let count = memory.count - RecordReader.padding
        begin(UnsafeRawBufferPointer(rebasing: memory[..<count]), format: format)
    }
}
