/// The bytes of one run: some choices at the front, the content behind them.
struct FuzzInput {
    private(set) var rest: UnsafeRawBufferPointer

    init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        rest = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    }

    /// The next byte; 0 behind the end.
    mutating func byte() -> UInt8 {
        guard let first = rest.first else { return 0 }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
        return first
    }

    mutating func choice<Value>(of values: [Value]) -> Value { values[Int(byte()) % values.count] }

    /// What is left, in memory of its own: one byte too far and the address sanitizer knows.
    var bytes: [UInt8] { Array(rest) }
}

extension [UInt8] {
    /// The naive truth about lines: each without its LF, and whether it had one.
    var naiveLines: [(content: ArraySlice<UInt8>, isEnded: Bool)] {
        var lines: [(ArraySlice<UInt8>, Bool)] = []
        var start = startIndex
        for place in indices where self[place] == 10 {
            lines.append((self[start..<place], true))
            start = place + 1
        }
        if start < endIndex { lines.append((self[start...], false)) }
        return lines
    }
}
