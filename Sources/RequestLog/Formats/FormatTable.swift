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
            self.formats.initializeElement(
                at: number,
                to: Format(
                    wanted: firstAsked..<asked, tellsTime: format.parts.contains { $0.meaning?.field == .time }))
            let shared = formats[..<number].map(format.commonValues)
            let trunk = shared.indices.max { shared[$0] < shared[$1] } ?? 0
            walks.initializeElement(
                at: number,
                to: format.walk(
                    steps: steps.baseAddress! + firstStep, values: values.baseAddress! + firstStep, trunk: trunk,
                    shared: shared.isEmpty ? 0 : shared[trunk]))
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

    /// The number of the first format that takes the line, its values in `fields`.
    func scan(_ line: UnsafePointer<UInt8>, into fields: inout LineFields) -> Int? {
        guard !walks.isEmpty else { return nil }
        let number = cscan_find_format(walks.baseAddress!, walks.count, line)
        if number == walks.count { return nil }
        offerValues(of: formats[number], into: &fields)
        return number
    }

    /// How far a line that no format takes goes with the one that it goes the farthest with.
    func farthest(_ line: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        walks.isEmpty ? line : cscan_farthest(walks.baseAddress!, walks.count, line)
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
