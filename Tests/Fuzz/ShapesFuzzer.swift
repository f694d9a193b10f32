import RequestLog

/// What shapes read is what the general scanner reads: the same records in the same order, the same counts, whatever the
/// lines are, however often they come and however they are cut into blocks.
///
/// Input: the unit, the size of the blocks, the order of the lines, then the lines. Each line comes often enough that a
/// shape is learnt from it.
@c(LLVMFuzzerTestOneInput)
func fuzzShapes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    let unit = input.choice(of: [nil, .seconds, .milliseconds, .microseconds] as [DurationUnit?])
    let options = ReaderOptions(durationUnit: unit)
    let blockLines = input.choice(of: [1_000, 1_000, 1, 2, 7, 30])
    let order = input.byte()
    var content = input.bytes
    if content.last != 10 { content.append(10) }
    let lines = content.naiveLines.prefix(40).map { Array($0.content) + [10] }
    let text = sequence(of: lines, order)

    var shaped = Reading(RecordReader(options: options))
    var general = Reading(RecordReader(options: options, learnsShapes: false))
    var first = 0
    while first < text.count {
        let block = text[first..<min(first + blockLines, text.count)].flatMap(\.self)
        shaped.read(block)
        general.read(block)
        first += blockLines
    }
    precondition(shaped.counts == general.counts, "shapes make other records or rejects")
    precondition(shaped.found == general.found, "shapes read other values")
    precondition(
        shaped.reader.unknownCacheWords == general.reader.unknownCacheWords, "shapes count other unknown cache words")
    precondition(general.reader.shapedLines == 0, "shapes in the general scanner")
    return 0
}

/// The first line until it is known, then all of them, in one of several orders.
private func sequence(of lines: [[UInt8]], _ order: UInt8) -> [[UInt8]] {
    var text: [[UInt8]] = Array(repeating: lines[0], count: Int(order & 15))
    for round in 0..<(1 + Int(order >> 6)) {
        for (place, line) in lines.enumerated() {
            text += Array(repeating: line, count: order & 16 == 0 ? 1 : 5)
            if order & 32 != 0, place > 0 { text.append(lines[(place + round) % lines.count]) }
        }
    }
    return text
}

private struct Reading: ~Copyable {
    struct Found: Equatable {
        var record: Record
        var route: [UInt8]
        var version: [UInt8]
    }

    var reader: RecordReader
    var names = Names()
    var counts = LineCounts()
    var found: [Found] = []

    init(_ reader: consuming RecordReader) { self.reader = reader }

    mutating func read(_ block: [UInt8]) {
        // Memory that begins and ends with what may be read: the address sanitizer knows about the next byte.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: block.count + RecordReader.padding, alignment: 1)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "\""))
        memory.copyBytes(from: block)
        var offset = 0
        var isLeft = true
        while isLeft {
            var batch = RecordBatch()
            isLeft = reader.read(
                UnsafeRawBufferPointer(rebasing: memory[..<block.count]), from: &offset,
                latest: Timestamp(nanoseconds: 1_800_000_000_000_000_000), names: &names, counts: &counts, into: &batch)
            for record in batch.records { add(record) }
        }
        precondition(offset == block.count, "the reader stops before the end of the block")
    }

    private mutating func add(_ record: Record) {
        var kept = record
        (kept.route, kept.version) = (.none, .none)
        found.append(
            Found(record: kept, route: Array(names[record.route].utf8), version: Array(names[record.version].utf8)))
    }
}
