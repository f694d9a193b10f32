import CZlib
import TestSupport

/// The frames of a file taken apart, so that what a checksum, a length or zlib would guard lies open to mutations.
///
/// Putting it together again makes lengths, checksums and compression right: the decoders behind them are reached.
struct OpenedFrames {
    indirect enum Piece {
        case bytes([UInt8])
        /// Columns of series, which stand in the file behind their size and compressed.
        case columns([UInt8])
        /// Magic and version, and what is between the head and the end.
        case frame(front: [UInt8], body: [Piece])
    }

    private(set) var pieces: [Piece]

    init(_ bytes: [UInt8]) { pieces = Self.open(bytes[...], isBody: false) }

    var bytes: [UInt8] { pieces.flatMap(Self.close) }

    // MARK: Changing

    /// Changes one leaf with `mutate`, or the order of the pieces around it.
    mutating func change(_ random: inout SeededRandom, mutate: (inout [UInt8]) -> Void) {
        Self.change(&pieces, &random, mutate)
    }

    private static func change(
        _ pieces: inout [Piece], _ random: inout SeededRandom, _ mutate: (inout [UInt8]) -> Void
    ) {
        guard let place = pieces.indices.randomElement(using: &random) else {
            var bytes: [UInt8] = []
            mutate(&bytes)
            pieces = [.bytes(bytes)]
            return
        }
        if random.oneIn(12) { return rearrange(&pieces, at: place, &random) }
        switch pieces[place] {
        case .bytes(var bytes):
            mutate(&bytes)
            pieces[place] = .bytes(bytes)
        case .columns(var bytes):
            mutate(&bytes)
            pieces[place] = .columns(bytes)
        case .frame(var front, var body):
            if random.oneIn(40) {
                mutate(&front)
                front = Array((front + [0, 0, 0, 0, 0, 0, 0, 0]).prefix(8))
            } else {
                change(&body, &random, mutate)
            }
            pieces[place] = .frame(front: front, body: body)
        }
    }

    private static func rearrange(_ pieces: inout [Piece], at place: Int, _ random: inout SeededRandom) {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: pieces.remove(at: place)
        case 1: pieces.insert(pieces[place], at: Int.random(in: 0...pieces.count, using: &random))
        default: pieces.swapAt(place, Int.random(in: 0..<pieces.count, using: &random))
        }
    }

    /// The front of one file and the back of another.
    static func crossed(_ first: OpenedFrames, _ second: OpenedFrames, _ random: inout SeededRandom) -> [UInt8] {
        let front = first.pieces.prefix(Int.random(in: 0...first.pieces.count, using: &random))
        let back = second.pieces.suffix(Int.random(in: 0...second.pieces.count, using: &random))
        return (front + back).flatMap(close)
    }

    // MARK: Opening and closing

    private static let magics = ["PLbk", "PLcm", "PLck", "PLid"].map { Array($0.utf8) }

    private static func open(_ bytes: ArraySlice<UInt8>, isBody: Bool) -> [Piece] {
        var pieces: [Piece] = []
        var loose: [UInt8] = []
        func settle() {
            if !loose.isEmpty { pieces.append(.bytes(loose)) }
            loose = []
        }
        var rest = bytes
        while !rest.isEmpty {
            if let length = frameLength(rest) {
                settle()
                let frame = rest.prefix(length)
                pieces.append(.frame(front: Array(frame.prefix(8)), body: open(frame.dropFirst(16), isBody: true)))
                rest = rest.dropFirst(length)
            } else if isBody, let columns = columns(rest) {
                settle()
                pieces.append(.columns(columns))
                rest = []
            } else {
                loose.append(rest.removeFirst())
            }
        }
        settle()
        return pieces
    }

    private static func frameLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 16, magics.contains(where: { bytes.starts(with: $0) }) else { return nil }
        let length = number(bytes.dropFirst(8))
        return (16...bytes.count).contains(length) ? length : nil
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// The columns when the bytes are their size and one whole zlib stream.
    private static func columns(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard bytes.count > 10, bytes[bytes.startIndex + 4] == 0x78 else { return nil }
        let size = number(bytes)
        guard size <= 1 << 20 else { return nil }
        var length = UInt(size)
        var columns = [UInt8](repeating: 0, count: size + 1)
        let status = Array(bytes.dropFirst(4)).withUnsafeBufferPointer {
            uncompress(&columns, &length, $0.baseAddress, UInt($0.count))
        }
        guard status == Z_OK, length == UInt(size) else { return nil }
        columns.removeLast()
        return columns
    }

    private static func close(_ piece: Piece) -> [UInt8] {
        switch piece {
        case .bytes(let bytes): return bytes
        case .columns(let columns):
            var length = compressBound(UInt(columns.count))
            var packed = [UInt8](repeating: 0, count: Int(length))
            let status = compress2(&packed, &length, columns, UInt(columns.count), 1)
            precondition(status == Z_OK, "zlib cannot compress")
            return little(UInt32(columns.count)) + packed.prefix(Int(length))
        case .frame(let front, let body):
            let content = body.flatMap(close)
            let head = front + little(UInt32(16 + content.count))
            let sum = crc32(crc32(0, head, UInt32(head.count)), content, UInt32(content.count))
            return head + little(UInt32(truncatingIfNeeded: sum)) + content
        }
    }

    private static func little(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
