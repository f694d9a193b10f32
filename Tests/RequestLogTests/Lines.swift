import RequestLog

/// What reading a block came to.
struct BlockReading {
    var records: [Record] = []
    var counts = LineCounts()
    var names = Names()
    var unknownCacheWords: UInt64 = 0
    /// The first of the reader's life.
    var unknownCacheWord: String?

    func route(_ place: Int = 0) -> String { names[records[place].route] }
}

let farFuture = Timestamp(nanoseconds: .max)

/// Reads whole lines out of a guarded block; what stands in the padding must not matter.
func read(
    _ bytes: [UInt8], options: ReaderOptions = ReaderOptions(), latest: Timestamp = farFuture, padding: UInt8 = 0x22
) -> BlockReading {
    var reader = RecordReader(options: options)
    return read(bytes, with: &reader, latest: latest, padding: padding)
}

func read(
    _ bytes: [UInt8], with reader: inout RecordReader, names: Names = Names(), latest: Timestamp = farFuture,
    padding: UInt8 = 0x22
) -> BlockReading {
    var reading = BlockReading(names: names)
    let before = reader.unknownCacheWords
    var block = bytes
    if block.last != 0x0a { block.append(0x0a) }
    let memory = GuardedBlock(block, padding: padding)
    var offset = 0
    var isLeft = true
    while isLeft {
        var batch = RecordBatch()
        isLeft = reader.read(
            memory.block, from: &offset, latest: latest,
            names: &reading.names, counts: &reading.counts, into: &batch)
        reading.records += Array(batch.records)
    }
    reading.unknownCacheWords = reader.unknownCacheWords - before
    reading.unknownCacheWord = reader.unknownCacheWord
    return reading
}

func read(_ text: String, options: ReaderOptions = ReaderOptions()) -> BlockReading {
    read(Array(text.utf8), options: options)
}

/// One line that must be a record.
func record(_ line: String, options: ReaderOptions = ReaderOptions()) -> Record? {
    let reading = read(line, options: options)
    return reading.counts.lines == 1 ? reading.records.first : nil
}

/// A line that is a record with these members besides the time and the status.
func line(_ members: String) -> String {
    #"{"time":"2026-11-22T10:14:59Z","status":200"# + (members.isEmpty ? "" : ",") + members + "}"
}

func fault(_ line: String, options: ReaderOptions = ReaderOptions()) -> LineFault? {
    var reader = RecordReader(options: options)
    guard case .rejected(let fault) = reader.explain(line.utf8, latest: farFuture).outcome else { return nil }
    return fault
}
