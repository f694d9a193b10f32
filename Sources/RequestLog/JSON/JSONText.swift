import CScan

/// The bytes that a JSON string stands for.
struct JSONText: ~Copyable {
    private var scratch: UnsafeMutablePointer<UInt8>
    private var capacity = 256

    init() { scratch = .allocate(capacity: capacity + ByteRun.padding) }

    deinit { scratch.deallocate() }

    /// A string's content with its escapes resolved, valid UTF-8 and no control bytes; nil where it is not that.
    ///
    /// The result is the run itself or lives in the scratch memory until the next call.
    @inline(__always)
    mutating func read(_ run: ByteRun, escaped: Bool) -> ByteRun? {
        if !escaped {
            if cscan_is_plain(run.start, run.count) != 0 { return run }
            for place in 0..<run.count where run[place] < 0x20 { return nil }
            return run.isUTF8 ? run : nil
        }
        return unescape(run)
    }

    @inline(never)
    private mutating func unescape(_ run: ByteRun) -> ByteRun? {
        if run.count > capacity {
            scratch.deallocate()
            capacity = run.count * 2
            scratch = .allocate(capacity: capacity + ByteRun.padding)
        }
        guard let length = JSONText.unescape(run, into: scratch) else { return nil }
        return ByteRun(start: scratch, count: length)
    }

    /// The length of what the run stands for, at most its own; nil where it is no valid text.
    static func unescape(_ run: ByteRun, into memory: UnsafeMutablePointer<UInt8>) -> Int? {
        var length = 0
        var place = 0
        while place < run.count {
            let byte = run[place]
            if byte < 0x20 { return nil }
            place += 1
            guard byte == backslash else {
                memory[length] = byte
                length += 1
                continue
            }
            let kind = run[place]
            place += 1
            if kind == UInt8(ascii: "x"), place + 2 <= run.count, let high = hexDigit(run[place]),
                let low = hexDigit(run[place + 1])
            {
                // Not JSON: nginx, Apache and HAProxy write it, and only a text format's line comes here with one.
                memory[length] = high << 4 | low
                length += 1
                place += 2
            } else if kind == UInt8(ascii: "u") {
                guard let scalar = scalar(in: run, at: &place) else { return nil }
                for unit in UTF8.encode(scalar)! {
                    memory[length] = unit
                    length += 1
                }
            } else {
                memory[length] = JSONText.meaning(of: kind)
                length += 1
            }
        }
        return ByteRun(start: memory, count: length).isUTF8 ? length : nil
    }

    private static func meaning(of escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0c
        case UInt8(ascii: "n"): lineFeed
        case UInt8(ascii: "r"): carriageReturn
        case UInt8(ascii: "t"): tab
        default: escape
        }
    }

    /// The scalar whose four digits begin at `place`, or the pair of surrogates; a surrogate alone is no scalar.
    private static func scalar(in run: ByteRun, at place: inout Int) -> Unicode.Scalar? {
        // The scanner of JSON has seen four digits; that of texts has not.
        guard place + 4 <= run.count else { return nil }
        let first = codeUnit(in: run, at: place)
        place += 4
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, place + 6 <= run.count, run[place] == backslash, run[place + 1] == UInt8(ascii: "u")
        else {
            return nil
        }
        let second = codeUnit(in: run, at: place + 2)
        guard (0xdc00...0xdfff).contains(second) else { return nil }
        place += 6
        return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    }

    /// The scanner has seen four digits here.
    private static func codeUnit(in run: ByteRun, at place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | UInt32(hexDigit(run[place + $1]) ?? 0) }
    }
}

extension ByteRun {
    /// Readable bytes that are kept behind every run, for wide loads.
    static let padding = 64

    /// Well-formed UTF-8 (Unicode 15, table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
    var isUTF8: Bool {
        var place = 0
        while place < count {
            let lead = start[place]
            if lead < 0x80 {
                place += 1
                continue
            }
            let (length, second): (Int, ClosedRange<UInt8>)
            switch lead {
            case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
            case 0xe0: (length, second) = (3, 0xa0...0xbf)
            case 0xed: (length, second) = (3, 0x80...0x9f)
            case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
            case 0xf0: (length, second) = (4, 0x90...0xbf)
            case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
            case 0xf4: (length, second) = (4, 0x80...0x8f)
            default: return false
            }
            guard place + length <= count, second.contains(start[place + 1]) else { return false }
            for trail in 2..<max(2, length) where start[place + trail] & 0xc0 != 0x80 { return false }
            place += length
        }
        return true
    }
}
