/// The frames of a file, one behind the other, up to the first byte that is not one.
///
/// It does not read itself: `read` gives it up to that many bytes from that offset (fewer at the end of the file).
/// After the last frame `failure` says why it stopped, nil at a clean end. A frame is only given when its checksum
/// holds, so a file can be read while it is written.
package struct FrameSequence: Sendable {
    package let length: UInt64
    package let kinds: [Frame.Kind]
    /// Behind the last whole frame.
    package private(set) var offset: UInt64 = 0
    /// Whole frames so far.
    package private(set) var count = 0
    package private(set) var failure: SnapshotError?

    /// - Parameter length: of the file, in bytes, when reading began.
    package init(length: UInt64, of kinds: [Frame.Kind]) {
        self.length = length
        self.kinds = kinds
    }

    package mutating func next<Failure: Error>(
        _ read: (UInt64, Int) throws(Failure) -> [UInt8]
    ) throws(Failure) -> Frame? {
        guard failure == nil, offset < length else { return nil }
        switch try frame(at: offset, read) {
        case .success(let frame):
            offset += UInt64(frame.bytes.count)
            count += 1
            return frame
        case .failure(var error):
            if error.kind == .damaged, try isCutByZeros(read) {
                // Power was lost after the file had grown and before all its bytes came to the disk.
                error.kind = .torn
            } else if error.kind == .torn, try wholeFrame(behind: offset, read) != nil {
                // Not the end of the file but a length that is wrong.
                error.kind = .damaged
            }
            failure = error
            return nil
        }
    }

    /// Goes to the next whole frame behind the failure; false when there is none. What lies between is lost.
    package mutating func skipDamage<Failure: Error>(
        _ read: (UInt64, Int) throws(Failure) -> [UInt8]
    ) throws(Failure) -> Bool {
        guard let found = try wholeFrame(behind: offset, read) else { return false }
        offset = found
        failure = nil
        return true
    }

    private func wholeFrame<Failure: Error>(
        behind offset: UInt64, _ read: (UInt64, Int) throws(Failure) -> [UInt8]
    ) throws(Failure) -> UInt64? {
        let chunkLength = 64 * 1024
        var candidates = 0
        var place = offset + 1
        while place + UInt64(Frame.headLength) <= length {
            let chunk = try read(place, chunkLength + 3)
            guard chunk.count >= 4 else { return nil }
            for index in 0..<min(chunkLength, chunk.count - 3) where chunk[index] == UInt8(ascii: "P") {
                let magic = chunk[index..<index + 4]
                guard kinds.contains(where: { $0.rawValue.utf8.elementsEqual(magic) }) else { continue }
                candidates += 1
                guard candidates <= SnapshotLimits.candidatesBehindDamage else { return nil }
                if case .success = try frame(at: place + UInt64(index), read) { return place + UInt64(index) }
            }
            place += UInt64(chunkLength)
        }
        return nil
    }

    private func frame<Failure: Error>(
        at offset: UInt64, _ read: (UInt64, Int) throws(Failure) -> [UInt8]
    ) throws(Failure) -> Result<Frame, SnapshotError> {
        let front = try read(offset, Frame.headLength)
        let size: Int
        do throws(SnapshotError) {
            let head = try FrameHead(front[...], of: kinds)
            guard UInt64(head.length) <= length - offset else {
                throw SnapshotError(
                    .torn, offset: 8, "length of the \(head.kind.name)", found: "\(head.length) bytes",
                    expected: "at most the \(length - offset) that are there")
            }
            size = head.length
        } catch {
            return .failure(error.moved(by: offset))
        }
        let bytes = try read(offset, size)
        do throws(SnapshotError) {
            return .success(try Frame(bytes, of: kinds))
        } catch {
            return .failure(error.moved(by: offset))
        }
    }

    private static let sectorBytes: UInt64 = 512
    /// More than a frame ends with by itself: marks have 40.
    private static let leastZeros: UInt64 = 64

    /// Whether nothing but zeros follows, from somewhere inside the frame that should be here, or from its beginning.
    ///
    /// Whether something was lost with that, the file cannot tell: what was once whole here is missed by those who know
    /// of it.
    private func isCutByZeros<Failure: Error>(
        _ read: (UInt64, Int) throws(Failure) -> [UInt8]
    ) throws(Failure) -> Bool {
        let zeros = try firstOfZerosAtEnd(read)
        guard zeros > offset else { return true }
        // A frame may end with a few zeros of its own; the disk's begin with a sector, or where an append ended.
        let sector = (zeros + Self.sectorBytes - 1) / Self.sectorBytes * Self.sectorBytes
        guard sector < length || length - zeros >= Self.leastZeros else { return false }
        let front = try read(offset, Frame.headLength)
        if let head = try? FrameHead(front[...], of: kinds) { return zeros < offset + UInt64(head.length) }
        let rest = front.prefix(Int(min(zeros - offset, 4)))
        return zeros < offset + UInt64(Frame.headLength) && kinds.contains { $0.rawValue.utf8.starts(with: rest) }
    }

    /// Where the zeros begin with which the file ends, or the frame that should be here.
    private func firstOfZerosAtEnd<Failure: Error>(
        _ read: (UInt64, Int) throws(Failure) -> [UInt8]
    ) throws(Failure) -> UInt64 {
        var end = length
        while end > offset {
            let start = end - min(64 * 1024, end - offset)
            let chunk = try read(start, Int(end - start))
            if let last = chunk.lastIndex(where: { $0 != 0 }) { return start + UInt64(last) + 1 }
            end = start
        }
        return offset
    }
}

extension FrameSequence {
    /// All whole frames of bytes in memory, and why it stopped.
    package static func frames(in bytes: [UInt8], of kinds: [Frame.Kind]) -> (frames: [Frame], failure: SnapshotError?)
    {
        var sequence = FrameSequence(length: UInt64(bytes.count), of: kinds)
        var frames: [Frame] = []
        while let frame = sequence.next({ offset, count in
            Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
        }) {
            frames.append(frame)
        }
        return (frames, sequence.failure)
    }
}
