import RequestLog

/// What `RecordReader` makes of any bytes: the same whatever stands before a line and however the lines are cut into
/// blocks, the same as `explain` says, and malformed exactly where a plain reader of RFC 8259 says so.
///
/// Input: the options, then the lines.
@c(LLVMFuzzerTestOneInput)
func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    let unit = input.choice(of: [nil, .seconds, .milliseconds, .microseconds, .nanoseconds] as [DurationUnit?])
    let options = ReaderOptions(durationUnit: unit)
    var block = input.bytes
    if block.last != 10 { block.append(10) }

    var reader = RecordReader(options: options)
    let together = Reading(of: block, with: &reader)
    precondition(together.counts.lines == UInt64(block.naiveLines.count), "lines appear or vanish")
    var apart = Reading()
    for line in block.naiveLines.map({ Array($0.content) + [10] }) {
        var fresh = RecordReader(options: options)
        let alone = Reading(of: line, with: &fresh)
        apart.add(alone)
        checkExplanation(of: line, alone, options)
        checkGrammar(of: line, alone)
    }
    precondition(together.counts == apart.counts, "what stands before a line changes what becomes of it")
    precondition(together.records == apart.records, "what stands before a line changes its record")
    return 0
}

private let latest = Timestamp(nanoseconds: .max)

/// Records with their texts, so that they can be compared across tables of names.
private struct Reading {
    struct Found: Equatable {
        var record: Record
        var route: [UInt8]
        var version: [UInt8]
    }

    var records: [Found] = []
    var counts = LineCounts()

    init() {}

    init(of block: [UInt8], with reader: inout RecordReader) {
        // The memory ends with the padding, and what stands in it must not matter.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: block.count + RecordReader.padding, alignment: 1)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "\""))
        memory.copyBytes(from: block)
        var names = Names()
        var offset = 0
        var isLeft = true
        while isLeft {
            var batch = RecordBatch()
            isLeft = reader.read(
                UnsafeRawBufferPointer(rebasing: memory[..<block.count]), from: &offset, latest: latest, names: &names,
                counts: &counts, into: &batch)
            for record in batch.records { add(record, names) }
        }
        precondition(offset == block.count, "the reader stops before the end of the block")
        precondition(records.count == Int(counts.accepted), "records are not the lines that were accepted")
    }

    private mutating func add(_ record: Record, _ names: Names) {
        var found = Found(
            record: record, route: Array(names[record.route].utf8), version: Array(names[record.version].utf8))
        found.record.route = .none
        found.record.version = .none
        checkRanges(of: record)
        records.append(found)
    }

    private func checkRanges(of record: Record) {
        precondition((100...599).contains(record.status), "a status that is none")
        precondition((-1...Record.longestDuration).contains(record.durationNanoseconds), "a duration out of range")
        precondition((-1...Record.mostCalls).contains(record.dbCalls), "database calls out of range")
        precondition((-1...Record.mostBytes).contains(record.bytes), "bytes out of range")
        precondition(record.dbNanoseconds >= -1 && record.upstreamNanoseconds >= -1, "a negative time")
    }

    mutating func add(_ other: Reading) {
        records += other.records
        counts.add(other.counts)
    }
}

private func checkExplanation(of line: [UInt8], _ alone: Reading, _ options: ReaderOptions) {
    var reader = RecordReader(options: options)
    let explanation = reader.explain(line, latest: latest)
    switch explanation.outcome {
    case .blank: precondition(alone.counts.blank == 1, "explain calls a line blank that is not")
    case .header: precondition(alone.counts.header == 1, "explain calls a line a header that is none")
    case .continuation: precondition(alone.counts.continuation == 1, "explain calls a line a part that is none")
    case .filtered: precondition(alone.counts.filtered == 1, "explain calls a line filtered that is not")
    case .record(let record):
        precondition(alone.records.count == 1, "explain calls a line a record that is none")
        precondition(record.time == alone.records[0].record.time, "explain reads another time")
        precondition(Array(explanation.route.utf8) == alone.records[0].route, "explain reads another route")
    case .rejected(let fault):
        precondition(alone.counts[fault.reason] == 1, "explain gives another reason")
        precondition((0..<line.count).contains(fault.offset), "a fault outside of its line")
    }
}

private func checkGrammar(of line: [UInt8], _ alone: Reading) {
    // Colours are peeled off, of which the grammar knows nothing.
    if line.contains(0x1b) { return }
    var oracle = JSONOracle(line)
    let verdict = oracle.line()
    let isMalformed = alone.counts[.malformed] == 1
    switch verdict {
    case .blank: precondition(alone.counts.blank == 1, "white space is not blank")
    case .malformed: precondition(isMalformed, "a line passes that is not JSON")
    case .object: precondition(!isMalformed || oracle.hasUnreadableText, "a line is malformed that is JSON")
    }
    // Of the best name at the top level the last one counts, whatever else the line has.
    guard let record = alone.records.first?.record, let status = oracle.lastStatus else { return }
    precondition(String(record.status).utf8.elementsEqual(status), "another status than the line's")
}
