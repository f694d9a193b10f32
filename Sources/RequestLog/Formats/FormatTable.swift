import CScan

/// The text formats that a reader tries, laid out for it: plain memory, walked once per line.
///
/// A line is its first format's that takes it, whatever came before, so that the halves of a log, and a log that is read
/// again from its middle, are read alike.
struct FormatTable: ~Copyable {
    /// A literal and the value behind it; the last step of a format has none.
    fileprivate struct Step {
        var literal: UnsafePointer<UInt8>
        var literalCount: Int
        /// What the literal behind the value begins with; a line feed: the value is the last.
        var stop: UInt8
        /// The value stands in quotes, and those inside it are escaped.
        var isQuoted: Bool
        var inside: Int
        var isPadded: Bool
        var isList: Bool
        var isWord: Bool
        var meaning: FieldMeaning?
        var key: UInt16
    }

    private struct Format {
        var steps: Range<Int>
        /// A user wrote it, so it stands alone, and its wrong values are told one by one.
        var isUsers: Bool
    }

    private let steps: UnsafeMutableBufferPointer<Step>
    private let literals: UnsafeMutableBufferPointer<UInt8>
    private let formats: UnsafeMutableBufferPointer<Format>
    let names: [String]
    /// By `Step.key`.
    let keys: [String]

    init(_ formats: [TextFormat]) {
        names = formats.map(\.name)
        self.formats = .allocate(capacity: formats.count)
        let parts = formats.flatMap(\.parts)
        steps = .allocate(capacity: parts.count + formats.count)
        literals = .allocate(
            capacity: parts.reduce(0) { $0 + $1.literal.count } + formats.reduce(0) { $0 + $1.end.count })
        keys = parts.map(\.key)
        var (step, byte, key) = (0, 0, 0)
        for (number, format) in formats.enumerated() {
            let first = step
            for place in 0...format.parts.count {
                let part = place < format.parts.count ? format.parts[place] : nil
                let literal = part?.literal ?? format.end
                _ = UnsafeMutableBufferPointer(rebasing: literals[byte...]).initialize(from: literal)
                let behind = place + 1 < format.parts.count ? format.parts[place + 1].literal : format.end
                steps.initializeElement(
                    at: step,
                    to: Step(
                        literal: UnsafePointer(literals.baseAddress! + byte), literalCount: literal.count,
                        stop: behind.first ?? lineFeed, isQuoted: literal.last == quote && behind.first == quote,
                        inside: part?.inside ?? 0, isPadded: part?.isPadded ?? false, isList: part?.isList ?? false,
                        isWord: part?.isWord ?? false,
                        meaning: part?.meaning, key: UInt16(clamping: key)))
                step += 1
                byte += literal.count
                key += part == nil ? 0 : 1
            }
            self.formats.initializeElement(
                at: number, to: Format(steps: first..<step, isUsers: format.pattern != nil))
        }
    }

    deinit {
        steps.deinitialize()
        steps.deallocate()
        literals.deallocate()
        formats.deallocate()
    }

    /// The number of the first format that takes the line, its values in `fields`. Without one, how far the line went
    /// with the format that it went the farthest with.
    func scan(_ line: UnsafePointer<UInt8>, into fields: inout LineFields) -> (format: Int?, end: UnsafePointer<UInt8>)
    {
        var farthest = line
        for format in formats.indices {
            let (end, isWhole) = scan(line, steps: formats[format].steps, into: &fields)
            if isWhole, formats[format].isUsers || fields.arePlausible { return (format, end) }
            farthest = max(farthest, end)
            fields.clear()
        }
        return (nil, farthest)
    }

    private func scan(
        _ line: UnsafePointer<UInt8>, steps range: Range<Int>, into fields: inout LineFields
    ) -> (end: UnsafePointer<UInt8>, isWhole: Bool) {
        var cursor = line
        for place in range {
            let step = steps.baseAddress! + place
            guard step.pointee.isNext(at: cursor) else { return (cursor, false) }
            cursor += step.pointee.literalCount
            if place + 1 == range.upperBound { break }
            if step.pointee.isPadded { cursor = JSONScanner.skipSpace(cursor) }
            let start = cursor
            var isEscaped = false
            var inside = step.pointee.inside
            while true {
                cursor = cscan_text_end(cursor, step.pointee.stop)
                if cursor.pointee == step.pointee.stop, (step + 1).pointee.isNext(at: cursor),
                    !(step.pointee.isList && cursor.goesOn(from: start))
                {
                    if inside == 0 { break }
                    inside -= 1
                }
                if step.pointee.isWord, cursor.pointee == space { return (cursor, false) }
                if cursor.pointee == lineFeed {
                    guard step.pointee.stop == lineFeed else { return (cursor, false) }
                    break
                }
                let isEscape = cursor.pointee == backslash && step.pointee.isQuoted
                isEscaped = isEscaped || isEscape
                cursor += isEscape && cursor[1] != lineFeed ? 2 : 1
            }
            guard let meaning = step.pointee.meaning else { continue }
            var run = ByteRun(start: start, count: cursor - start)
            if step.pointee.stop == lineFeed { run = run.withoutEnd }
            fields.offer(run, isEscaped ? .escapedString : .string, for: meaning, key: step.pointee.key)
        }
        let behind = JSONScanner.skipSpace(cursor)
        return (behind, behind.pointee == lineFeed)
    }
}

extension FormatTable.Step {
    @inline(__always)
    fileprivate func isNext(at place: UnsafePointer<UInt8>) -> Bool {
        for offset in 0..<literalCount where place[offset] != literal[offset] { return false }
        return true
    }
}

extension ByteRun {
    /// Without the white space behind it.
    fileprivate var withoutEnd: ByteRun {
        var run = self
        while let last = run.count > 0 ? run[run.count - 1] : nil,
            last == space || last == tab || last == carriageReturn
        {
            run.count -= 1
        }
        return run
    }
}

extension UnsafePointer<UInt8> {
    /// A blank inside a list: `10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80`.
    fileprivate func goesOn(from start: UnsafePointer<UInt8>) -> Bool {
        guard pointee == space else { return false }
        if self > start, self[-1] == comma { return true }
        if self[1] == colon, self[2] == space { return true }
        return self > start + 1 && self[-1] == colon && self[-2] == space
    }
}

extension LineFields {
    /// Whether the values can be those of a request, so that a line is not taken for another format's.
    fileprivate var arePlausible: Bool { self[.status].run.isStatusLike && self[.bytes].isCountLike }
}

extension LineFields.Value {
    fileprivate var isCountLike: Bool {
        if kind == .absent || RecordReader.isDash(run) { return true }
        for place in 0..<run.count where !isDigit(run[place]) { return false }
        return true
    }
}

extension ByteRun {
    /// Three digits, or what stands for none.
    fileprivate var isStatusLike: Bool {
        switch count {
        case 1: self[0] == minus || self[0] == zero
        case 2: self[0] == minus && self[1] == zero + 1
        case 3: isDigit(self[0]) && isDigit(self[1]) && isDigit(self[2])
        default: false
        }
    }
}
