import RollingWindow

/// One checksummed record on disk: 16 bytes of head, then the body.
///
/// The head has the same shape in every version of every kind: magic, version, length of the whole frame, CRC-32 over
/// the whole frame but the CRC itself. So a reader can tell a newer version from damage, and step over it.
package struct Frame: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case block = "PLbk"
        case commit = "PLcm"
        case checkpoint = "PLck"
        case identity = "PLid"
        case marks = "PLmk"

        /// The version that is written, and the newest that is read.
        package var version: UInt32 { 1 }

        package var name: String {
            switch self {
            case .block: "block"
            case .commit: "commit"
            case .checkpoint: "checkpoint"
            case .identity: "store identity"
            case .marks: "marks"
            }
        }
    }

    package static let headLength = 16

    package var kind: Kind
    /// Head and body, as they are on disk.
    package var bytes: [UInt8]

    package var body: ArraySlice<UInt8> { bytes[Frame.headLength...] }

    package var checksum: UInt32 { bytes[12..<Frame.headLength].reversed().reduce(0) { $0 << 8 | UInt32($1) } }

    package init(_ kind: Kind, body: [UInt8]) throws(SnapshotError) {
        let length = Frame.headLength + body.count
        guard length <= SnapshotLimits.frameBytes else {
            throw SnapshotError(
                .tooLarge, offset: 0, "length of the \(kind.name)", found: "\(length) bytes",
                expected: "at most \(SnapshotLimits.frameBytes)")
        }
        var front = ByteWriter()
        front.append(contentsOf: Array(kind.rawValue.utf8))
        front.fixed(kind.version)
        front.fixed(UInt32(length))
        var sealed = ByteWriter()
        sealed.append(contentsOf: front.bytes)
        sealed.fixed(Zlib.checksum(body[...], continuing: Zlib.checksum(front.bytes[...])))
        sealed.append(contentsOf: body)
        self.kind = kind
        self.bytes = sealed.bytes
    }

    /// Checks bytes that are exactly one frame.
    package init(_ bytes: [UInt8], of kinds: [Kind]) throws(SnapshotError) {
        let head = try FrameHead(bytes[...], of: kinds)
        guard head.length <= bytes.count else {
            throw SnapshotError(
                .torn, offset: 8, "length of the \(head.kind.name)", found: "\(head.length) bytes",
                expected: "at most the \(bytes.count) that are there")
        }
        guard head.length == bytes.count else {
            throw SnapshotError(
                .damaged, offset: 8, "length of the \(head.kind.name)", found: "\(head.length) bytes",
                expected: "\(bytes.count)")
        }
        let checksum = Zlib.checksum(bytes[Frame.headLength...], continuing: Zlib.checksum(bytes[..<12]))
        guard checksum == head.checksum else {
            throw SnapshotError(
                .damaged, offset: 0, "checksum", found: hexadecimal(checksum, digits: 8),
                expected: hexadecimal(head.checksum, digits: 8))
        }
        guard head.version <= head.kind.version else {
            throw SnapshotError(
                .newerVersion, offset: 4, "version of the \(head.kind.name)", found: "\(head.version)",
                expected: "at most \(head.kind.version)")
        }
        guard head.version > 0 else {
            throw SnapshotError(.damaged, offset: 4, "version", found: "0", expected: "at least 1")
        }
        kind = head.kind
        self.bytes = bytes
    }
}

/// The first 16 bytes of a frame, before anything else of it is known.
struct FrameHead {
    let kind: Frame.Kind
    let version: UInt32
    let length: Int
    let checksum: UInt32

    init(_ bytes: ArraySlice<UInt8>, of kinds: [Frame.Kind]) throws(SnapshotError) {
        let magic = bytes.prefix(4)
        guard let kind = kinds.first(where: { $0.rawValue.utf8.starts(with: magic) }) else {
            let names = kinds.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            let found = magic.map { hexadecimal($0, digits: 2) }.joined(separator: " ")
            throw SnapshotError(.damaged, offset: 0, "magic", found: found, expected: names)
        }
        guard bytes.count >= Frame.headLength else {
            throw SnapshotError(
                .torn, offset: 0, "head of the \(kind.name)", found: "\(bytes.count) bytes", expected: "16")
        }
        var reader = ByteReader(bytes.dropFirst(4))
        do throws(DecodingFailure) {
            version = try reader.fixed32()
            length = Int(try reader.fixed32())
            checksum = try reader.fixed32()
        } catch {
            throw SnapshotError(.torn, offset: UInt64(4 + error.offset), "head", found: "end", expected: error.expected)
        }
        self.kind = kind
        guard length >= Frame.headLength, length <= SnapshotLimits.frameBytes else {
            throw SnapshotError(
                .damaged, offset: 8, "length of the \(kind.name)", found: "\(length) bytes",
                expected: "16 to \(SnapshotLimits.frameBytes)")
        }
    }
}
