import Files
import RequestLog
import RollingWindow
import SystemPackage

extension InputState {
    func encode(into writer: inout ByteWriter) {
        position.encode(into: &writer)
        ledger.encode(into: &writer)
        writer.text(source)
        writer.append(
            (copyOf == nil ? 0 : Flags.isCopy) | (context.isEmpty ? 0 : Flags.hasContext)
                | (ledger.lostDatagrams == nil ? 0 : Flags.hasLostDatagrams))
        if let copyOf { writer.text(copyOf) }
        if !context.isEmpty {
            writer.varint(UInt64(context.count))
            writer.append(contentsOf: context)
        }
        if let lost = ledger.lostDatagrams { writer.varint(lost) }
    }

    private enum Flags {
        static let isCopy: UInt8 = 1
        static let hasContext: UInt8 = 2
        static let hasLostDatagrams: UInt8 = 4
        static let all = isCopy | hasContext | hasLostDatagrams
    }

    init(_ reader: inout ByteReader) throws(DecodingFailure) {
        let position = try LogPosition(&reader)
        var ledger = try InputLedger(&reader)
        let source = try reader.text()
        let flags = try reader.byte()
        guard flags & ~Flags.all == 0 else { throw reader.failure("flags of an input that are known") }
        let copyOf = flags & Flags.isCopy != 0 ? try reader.text() : nil
        let context = flags & Flags.hasContext != 0 ? Array(try reader.slice(try reader.count())) : []
        if flags & Flags.hasLostDatagrams != 0 { ledger.lostDatagrams = try reader.varint() }
        self.init(position: position, ledger: ledger, source: source, copyOf: copyOf, context: context)
    }
}

extension LogPosition {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.varint(UInt64(log))
        // A path is bytes, not text: it need not be UTF-8.
        let bytes = path.withPlatformString { start in
            var bytes: [UInt8] = []
            var place = start
            while place.pointee != 0 {
                bytes.append(UInt8(bitPattern: place.pointee))
                place += 1
            }
            return bytes
        }
        writer.varint(UInt64(bytes.count))
        writer.append(contentsOf: bytes)
        writer.text(input)
        writer.varint(device)
        writer.varint(inode)
        writer.varint(offset)
        writer.varint(fingerprint.length)
        writer.fixed(fingerprint.head)
        writer.varint(UInt64(fingerprint.samples.count))
        for sample in fingerprint.samples { writer.fixed(sample) }
        writer.fixed(fingerprint.tail)
        writer.append(Flags.of(self))
        guard !beginnings.isEmpty else { return }
        writer.varint(UInt64(beginnings.count))
        for sum in beginnings { writer.fixed(sum) }
    }

    fileprivate init(_ reader: inout ByteReader) throws(DecodingFailure) {
        guard let log = UInt32(exactly: try reader.varint()) else { throw reader.failure("the number of a log") }
        let path = try reader.slice(try reader.count())
        guard !path.contains(0) else { throw reader.failure("a path without NUL") }
        let characters = path.map { CInterop.PlatformChar(bitPattern: $0) } + [0]
        let input = try reader.text()
        let device = try reader.varint()
        let inode = try reader.varint()
        let offset = try reader.varint()
        let length = try reader.varint()
        let head = try reader.fixed64()
        var samples: [UInt64] = []
        for _ in 0..<(try reader.count(leastBytes: 8)) { samples.append(try reader.fixed64()) }
        let fingerprint = Fingerprint(length: length, head: head, samples: samples, tail: try reader.fixed64())
        let flags = try reader.byte()
        guard flags & ~Flags.all == 0 else { throw reader.failure("flags of a log that are known") }
        self.init(
            log: log, path: characters.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) },
            input: input, device: device, inode: inode, offset: offset, fingerprint: fingerprint,
            finished: flags & Flags.finished != 0)
        passedOver = flags & Flags.passedOver != 0
        guard flags & Flags.hasBeginnings != 0 else { return }
        for _ in 0..<(try reader.count(leastBytes: 8)) { beginnings.append(try reader.fixed64()) }
    }

    private enum Flags {
        static let finished: UInt8 = 1
        static let passedOver: UInt8 = 2
        static let hasBeginnings: UInt8 = 4
        static let all = finished | passedOver | hasBeginnings

        static func of(_ position: LogPosition) -> UInt8 {
            (position.finished ? finished : 0) | (position.passedOver ? passedOver : 0)
                | (position.beginnings.isEmpty ? 0 : hasBeginnings)
        }
    }
}

extension InputLedger {
    fileprivate func encode(into writer: inout ByteWriter) {
        for number in [counts.accepted, counts.blank, counts.filtered, counts.continuation, counts.header] {
            writer.varint(number)
        }
        // Reasons by their number, as many as there are: a later version may know more.
        writer.varint(UInt64(RejectReason.allCases.count))
        for reason in RejectReason.allCases { writer.varint(counts[reason]) }
        for number in [lineBytes, unfinished, skippedAtStart, lostBytes] { writer.varint(number) }
    }

    fileprivate init(_ reader: inout ByteReader) throws(DecodingFailure) {
        self.init()
        counts.accepted = try reader.varint()
        counts.blank = try reader.varint()
        counts.filtered = try reader.varint()
        counts.continuation = try reader.varint()
        counts.header = try reader.varint()
        for number in 0..<(try reader.count()) {
            let count = try reader.varint()
            guard let reason = UInt8(exactly: number).flatMap(RejectReason.init(rawValue:)) else {
                throw reader.failure("a reason that is known")
            }
            counts[reason] = count
        }
        lineBytes = try reader.varint()
        unfinished = try reader.varint()
        skippedAtStart = try reader.varint()
        lostBytes = try reader.varint()
    }
}
