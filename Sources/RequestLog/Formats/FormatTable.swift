import CScan

/// The text formats that a reader tries, laid out for it: plain memory, walked once per line.
///
/// A line is its first format's that takes it, whatever came before, so that the halves of a log, and a log that is read
/// again from its middle, are read alike.
struct FormatTable: ~Copyable {
    /// A value that somebody asks for.
    private struct Wanted {
        /// Its step.
        var place: Int
        var meaning: FieldMeaning
        var key: UInt16
    }

    private struct Format {
        var wanted: Range<Int>
        /// The steps of what must look like a status and a count, so that a line is not taken for another format's; -1:
        /// it has none.
        var status: Int
        var bytes: Int
        /// A user wrote it, so it stands alone, and its wrong values are told one by one.
        var isUsers: Bool
        /// A value of it is a time.
        var tellsTime: Bool
    }

    private let steps: UnsafeMutableBufferPointer<cscan_text_step>
    /// Of the line at hand, by step.
    private let values: UnsafeMutableBufferPointer<cscan_text_value>
    private let wanted: UnsafeMutableBufferPointer<Wanted>
    private let literals: UnsafeMutableBufferPointer<UInt8>
    private let formats: UnsafeMutableBufferPointer<Format>
    /// What the kernel knows of each.
    private let walks: UnsafeMutableBufferPointer<cscan_text_format>
    let names: [String]
    /// A user wrote the only one.
    let isUsers: Bool
    /// By `Wanted.key`.
    let keys: [String]

    init(_ formats: [TextFormat]) {
        names = formats.map(\.name)
        isUsers = formats.contains { $0.pattern != nil }
        let parts = formats.flatMap(\.parts)
        keys = parts.map(\.key)
        self.formats = .allocate(capacity: formats.count)
        walks = .allocate(capacity: formats.count)
        steps = .allocate(capacity: parts.count + formats.count)
        values = .allocate(capacity: parts.count + formats.count)
        wanted = .allocate(capacity: parts.count)
        literals = .allocate(
            capacity: parts.reduce(0) { $0 + $1.literal.count } + formats.reduce(0) { $0 + $1.end.count })
        let nothing = UnsafePointer<UInt8>(bitPattern: 1)!
        values.initialize(repeating: cscan_text_value(start: nothing, end: nothing, is_escaped: 0))
        var (step, byte, key, asked) = (0, 0, 0, 0)
        for (number, format) in formats.enumerated() {
            let (firstStep, firstAsked) = (step, asked)
            for place in 0...format.parts.count {
                let literal = format.literal(at: place)
                let memory = UnsafeMutableBufferPointer(rebasing: literals[byte..<(byte + literal.count)])
                _ = memory.initialize(from: literal)
                steps.initializeElement(at: step, to: format.step(at: place, literal: memory.baseAddress!))
                if place < format.parts.count {
                    if let meaning = format.parts[place].meaning {
                        wanted.initializeElement(
                            at: asked,
                            to: Wanted(
                                place: step, meaning: meaning,
                                key: UInt16(clamping: key)))
                        asked += 1
                    }
                    key += 1
                }
                step += 1
                byte += literal.count
            }
            let shared = formats[..<number].map(format.commonValues)
            let trunk = shared.indices.max { shared[$0] < shared[$1] } ?? 0
            self.formats.initializeElement(
                at: number,
                to: Format(
                    wanted: firstAsked..<asked, status: format.best(.status).map { firstStep + $0 } ?? -1,
                    bytes: format.best(.bytes).map { firstStep + $0 } ?? -1, isUsers: format.pattern != nil,
                    tellsTime: format.parts.contains { $0.meaning?.field == .time }))
            walks.initializeElement(
                at: number,
                to: cscan_text_format(
                    steps: steps.baseAddress! + firstStep, values: values.baseAddress! + firstStep,
                    count: format.parts.count, trunk: trunk, shared: shared.isEmpty ? 0 : shared[trunk], reached: 0,
                    end: nothing))
        }
    }

    deinit {
        steps.deallocate()
        values.deallocate()
        wanted.deallocate()
        literals.deallocate()
        formats.deallocate()
        walks.deallocate()
    }

    func tellsTime(_ format: Int) -> Bool { formats[format].tellsTime }

    /// The number of the first format that takes the line, its values in `fields`. Without one, how far the line went
    /// with the format that it went the farthest with.
    func scan(_ line: UnsafePointer<UInt8>, into fields: inout LineFields) -> (format: Int?, end: UnsafePointer<UInt8>)
    {
        var number = 0
        while true {
            number = cscan_next_format(walks.baseAddress!, number, walks.count, line)
            if number == walks.count { return (nil, walks.reduce(line) { max($0, $1.end) }) }
            if formats[number].isUsers || isPlausible(formats[number]) {
                offerValues(of: formats[number], into: &fields)
                return (number, walks[number].end)
            }
            number += 1
        }
    }

    /// Whether the values can be those of a request.
    @inline(__always)
    private func isPlausible(_ format: Format) -> Bool {
        (format.status < 0 || run(of: format.status).isStatusLike)
            && (format.bytes < 0 || run(of: format.bytes).isCountLike)
    }

    @inline(__always)
    private func run(of step: Int) -> ByteRun {
        let value = values[step]
        let run = ByteRun(start: value.start, count: value.end - value.start)
        return steps[step].stop == lineFeed ? run.withoutEnd : run
    }

    @inline(__always)
    private func offerValues(of format: Format, into fields: inout LineFields) {
        for number in format.wanted {
            let wanted = wanted.baseAddress! + number
            let value = values.baseAddress! + wanted.pointee.place
            fields.offer(
                run(of: wanted.pointee.place), value.pointee.is_escaped != 0 ? .escapedString : .string,
                for: wanted.pointee.meaning,
                key: wanted.pointee.key)
        }
    }
}

extension TextFormat {
    /// Before the value at that place; behind the last value, what ends the line.
    fileprivate func literal(at place: Int) -> [UInt8] { place < parts.count ? parts[place].literal : end }

    fileprivate func step(at place: Int, literal: UnsafePointer<UInt8>) -> cscan_text_step {
        let bytes = self.literal(at: place)
        let behind = place < parts.count ? self.literal(at: place + 1).first : nil
        let part = place < parts.count ? parts[place] : nil
        let isQuoted = bytes.last == quote && behind == quote
        var step = cscan_text_step(
            head: 0, mask: 0, literal: literal, literal_count: UInt32(bytes.count),
            inside: UInt32(clamping: part?.inside ?? 0), stop: behind ?? lineFeed, is_quoted: isQuoted ? 1 : 0,
            is_padded: part?.isPadded == true ? 1 : 0, is_list: part?.isList == true ? 1 : 0,
            is_word: part?.isWord == true ? 1 : 0)
        for (place, byte) in bytes.prefix(8).enumerated() {
            step.head |= UInt64(byte) << UInt64(8 * place)
            step.mask |= 0xff << UInt64(8 * place)
        }
        return step
    }

    /// Which of the values `LineFields` would keep for the field: of equal names the last.
    fileprivate func best(_ field: Field) -> Int? {
        let offered = parts.indices.filter { parts[$0].meaning?.field == field }
        return offered.last { place in offered.allSatisfy { parts[place].meaning!.rank <= parts[$0].meaning!.rank } }
    }

    /// How many values of a line stand at the same places for both, whatever the line.
    fileprivate func commonValues(_ other: TextFormat) -> Int {
        var count = 0
        while count < min(parts.count, other.parts.count), literal(at: count) == other.literal(at: count),
            literal(at: count + 1) == other.literal(at: count + 1),
            parts[count].isWalked(like: other.parts[count])
        { count += 1 }
        return count
    }
}

extension TextFormat.Part {
    fileprivate func isWalked(like other: TextFormat.Part) -> Bool {
        inside == other.inside && isPadded == other.isPadded && isList == other.isList && isWord == other.isWord
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

extension ByteRun {
    fileprivate var isCountLike: Bool {
        if RecordReader.isDash(self) { return true }
        for place in 0..<count where !isDigit(self[place]) { return false }
        return true
    }

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
