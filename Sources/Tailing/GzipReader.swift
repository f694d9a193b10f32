import CZlib
package import Files

/// Where a gzip file stops making sense.
package enum GzipError: Error, Equatable, Sendable {
    /// Ends before a member's trailer; the offset is the length of the compressed content.
    case truncated(offset: UInt64)
    /// Not what the format or the trailer's checksum and length demand, at this compressed offset.
    case damaged(offset: UInt64)
    case source(FileError)
}

/// Decompresses gzip content (RFC 1952) of one or more members, in bounded memory; every trailer is checked.
///
/// The bytes of a member are handed out before its trailer has been seen: who must not act on damaged content reads to
/// the end first.
package final class GzipReader {
    package static let magic: [UInt8] = [0x1f, 0x8b]

    /// Compressed bytes taken in.
    package private(set) var compressedOffset: UInt64 = 0
    /// Bytes handed out.
    package private(set) var offset: UInt64 = 0
    private let source: any ByteSource
    // zlib keeps a pointer to the stream in its own state, so the stream must never move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    private var available = 0
    private var consumed = 0
    private var betweenMembers = true
    private var membersRead = 0
    private var atEnd = false

    package init(_ source: any ByteSource) {
        self.source = source
        stream = .allocate(capacity: 1)
        stream.initialize(to: czlib_stream())
        input = .allocate(byteCount: 64 * 1024, alignment: 4096)
        let status = czlib_inflate_gzip_init(stream)
        precondition(status == Z_OK, "zlib has no memory for a stream")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// Up to `buffer.count` bytes, without waiting once there are some; 0 at the end of the last, valid member.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(GzipError) -> Int {
        var produced = 0
        while produced < buffer.count, !atEnd {
            if consumed == available {
                // What there is goes out before more is waited for: the source may be a pipe.
                if produced > 0 { break }
                try refill()
            }
            if betweenMembers {
                guard try beginMember() else { break }
            }
            guard consumed < available else { throw .truncated(offset: compressedOffset) }
            let count = try inflate(into: UnsafeMutableRawBufferPointer(rebasing: buffer[produced...]))
            produced += count
            offset += UInt64(count)
        }
        return produced
    }

    /// False at the end of the content. Zeros after the last member are padding (gzip accepts them too).
    private func beginMember() throws(GzipError) -> Bool {
        if membersRead > 0 {
            while consumed < available, input[consumed] == 0 {
                consumed += 1
                compressedOffset += 1
                if consumed == available { try refill() }
            }
        }
        guard consumed < available else {
            guard membersRead > 0 else { throw .truncated(offset: compressedOffset) }
            atEnd = true
            return false
        }
        guard inflateReset(stream) == Z_OK else { throw .damaged(offset: compressedOffset) }
        betweenMembers = false
        return true
    }

    private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(GzipError) -> Int {
        let room = min(buffer.count, Int(UInt32.max))
        stream.pointee.next_in = input.baseAddress!.assumingMemoryBound(to: UInt8.self) + consumed
        stream.pointee.avail_in = UInt32(available - consumed)
        stream.pointee.next_out = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        let taken = available - consumed - Int(stream.pointee.avail_in)
        consumed += taken
        compressedOffset += UInt64(taken)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            betweenMembers = true
            membersRead += 1
        default: throw .damaged(offset: compressedOffset)
        }
        return room - Int(stream.pointee.avail_out)
    }

    private func refill() throws(GzipError) {
        consumed = 0
        available = 0
        do throws(FileError) {
            available = try source.read(into: input)
        } catch {
            throw .source(error)
        }
    }
}
