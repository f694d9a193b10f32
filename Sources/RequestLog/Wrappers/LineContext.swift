/// What the lines of one log have stated that later ones need: columns, and the beginnings of lines that were cut.
///
/// It goes with the log's position: whoever goes on from there reads on as if there had been no stop. Most logs state
/// nothing, and their lines can be read in any order; which kind a log is, its first line tells once and for all.
package struct LineContext: Equatable, Sendable {
    package enum Kind: UInt8, Sendable {
        /// No line was met yet.
        case unknown
        /// Every line stands for itself.
        case free
        /// A container runtime cuts long lines in parts.
        case parts
        /// A header tells the columns of the lines behind it (W3C extended log file format).
        case columns
        /// An entry is several lines, with an empty one behind it.
        case entries
    }

    package private(set) var kind = Kind.unknown
    /// What stood behind the last `#Fields:`.
    var columns = W3CColumns()
    /// The parts so far of the line that is being written to standard output, and to standard error.
    private var parts: [[UInt8]?] = [nil, nil]
    /// The time that the entry at hand has stated.
    var entryTime: [UInt8] = []
    /// The field of the entry at hand whose value goes over several lines.
    var field: JournalField?
    /// The last time that stood without its zone, in seconds since the epoch: which of the two hours it is that a clock
    /// shows twice follows from what came before.
    var lastLocal: Int64?

    package init() {}

    /// A log whose lines stand for themselves, or are to be read so.
    package static var free: LineContext {
        var context = LineContext()
        context.kind = .free
        return context
    }

    /// Whether its lines must be read one after the other.
    package var isOrdered: Bool { kind != .free && kind != .unknown }

    /// Whether a block must be read behind the ones before it. What the first one has tells of the others, so it is one of
    /// these where the log may have times without a zone.
    package mutating func mustWait(_ block: UnsafeRawBufferPointer, under options: ReaderOptions) -> Bool {
        let mayHaveLocalTimes = options.hasChangingClocks && (kind == .unknown || lastLocal != nil)
        begin(block, format: options.format)
        return isOrdered || mayHaveLocalTimes
    }

    /// Learns from the first lines which kind of log it is.
    package mutating func begin(_ block: UnsafeRawBufferPointer, format: LineFormat) {
        guard kind == .unknown, let base = block.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        if case .w3c(let stated) = format {
            columns = stated
            kind = .columns
            return
        }
        // The first line that is not blank.
        var line = base
        let end = base + block.count
        while line < end, isBlank(line.pointee) { line += 1 }
        guard line < end, block.last == lineFeed else { return }
        kind = LineContext.kind(ofLogWith: JSONScanner.skipByteOrderMark(line), format)
    }

    private static func kind(ofLogWith line: UnsafePointer<UInt8>, _ format: LineFormat) -> Kind {
        if case .text = format { return .free }
        if DockerLine(line) != nil || WrapperText.cri(line) != nil { return .parts }
        if W3CColumns.isDirective(line) { return .columns }
        return WrapperText.begins(line, "__CURSOR=") || WrapperText.begins(line, "__REALTIME_TIMESTAMP=")
            ? .entries : .free
    }

    /// Keeps a part of a line for the parts behind it: of a line that is longer than the limit, one byte more.
    mutating func keep(_ part: ByteRun, ofError isError: Bool, limit: Int) {
        let place = isError ? 1 : 0
        if parts[place] == nil { parts[place] = [] }
        // The limit may have been higher before a restart.
        let room = max(0, limit + 1 - parts[place]!.count)
        parts[place]!.append(contentsOf: UnsafeBufferPointer(start: part.start, count: min(part.count, room)))
    }

    /// What was kept, for the last part is here; nil where nothing was.
    mutating func takeParts(ofError isError: Bool) -> [UInt8]? { parts[isError ? 1 : 0].take() }
}

extension LineContext {
    /// For whoever keeps the position; empty where there is nothing to keep.
    package var encoded: [UInt8] {
        guard kind != .unknown else { return [] }
        guard isOrdered || lastLocal != nil else { return [kind.rawValue] }
        var bytes = [kind.rawValue]
        let last = lastLocal.map { LineContext.bytes($0, count: 8) } ?? []
        let ends = [columns.text, entryTime, last, field?.encoded ?? []]
        for text in ends + parts.map({ $0.map { [1] + $0 } ?? [] }) {
            bytes += LineContext.bytes(Int64(text.count), count: 4) + text
        }
        return bytes
    }

    /// Nil where the bytes are not those of a context.
    package init?(encoded bytes: [UInt8]) {
        guard let first = bytes.first, let kind = Kind(rawValue: first) else { return nil }
        guard kind != .free || bytes.count > 1 else {
            self = .free
            return
        }
        var rest = bytes.dropFirst()
        var texts: [[UInt8]] = []
        for _ in 0..<6 {
            guard rest.count >= 4 else { return nil }
            let count = Int(LineContext.number(rest.prefix(4)))
            rest = rest.dropFirst(4)
            guard rest.count >= count else { return nil }
            texts.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        guard rest.isEmpty, [0, 8].contains(texts[2].count) else { return nil }
        self.init()
        self.kind = kind
        columns = W3CColumns(texts[0])
        entryTime = texts[1]
        lastLocal = texts[2].isEmpty ? nil : LineContext.number(texts[2][...])
        if !texts[3].isEmpty {
            guard kind == .entries, let field = JournalField(encoded: texts[3]) else { return nil }
            self.field = field
        }
        parts = texts[4...].map { $0.isEmpty ? nil : Array($0.dropFirst()) }
    }

    /// The lowest byte first.
    static func bytes(_ number: Int64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * Int64($0))) }
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        bytes.reversed().reduce(0) { $0 << 8 | Int64($1) }
    }
}

private func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == tab || byte == carriageReturn || byte == lineFeed
}
