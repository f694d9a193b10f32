import Files

/// Who gets the blocks of a log that is read once.
package protocol BlockSink {
    /// Whole lines, each with its LF; only the very last line may lack it. 64 bytes behind the buffer can be read.
    mutating func lines(_ bytes: UnsafeRawBufferPointer)
    /// The same, and the sink may keep them beyond the call: it takes the buffer and leaves another one like it.
    mutating func lines(_ bytes: UnsafeRawBufferPointer, in buffer: inout ReadBuffer)
    /// A line over the limit was passed over, LF included if it had one.
    mutating func overlong(byteCount: UInt64)
    /// The bytes of such a line, piece by piece, before it is counted.
    mutating func passedOver(_ bytes: UnsafeRawBufferPointer)
}

extension BlockSink {
    package mutating func lines(_ bytes: UnsafeRawBufferPointer, in buffer: inout ReadBuffer) { lines(bytes) }
    package mutating func passedOver(_ bytes: UnsafeRawBufferPointer) {}
}

/// Reads a log from its beginning to its end, once: a regular file or a descriptor, plain or gzip (told by its first
/// bytes, not by its name). A last line without LF is a line.
package final class LogReader {
    /// Bytes of content read so far, decompressed.
    package private(set) var bytesRead: UInt64 = 0
    /// Bytes of the input read so far; for progress against the size of the file.
    package var inputBytesRead: UInt64 { gzip?.compressedOffset ?? bytesRead }

    private let source: any ByteSource
    private var gzip: GzipReader?
    private var buffer: ReadBuffer
    private let lineLimit: Int
    /// Bytes of an unfinished line at the front of the buffer.
    private var kept = 0
    /// Bytes of a line over the limit that have been passed over so far.
    private var passedOver: UInt64 = 0
    private var started = false

    package init(_ source: any ByteSource, lineLimitBytes: Int = 1024 * 1024) {
        self.source = source
        lineLimit = lineLimitBytes
        buffer = ReadBuffer(limit: lineLimitBytes + 1)
    }

    /// Hands on one block; false when the input is at its end.
    package func readBlock(into sink: inout some BlockSink) throws(GzipError) -> Bool {
        if !started { try recognise() }
        let memory = buffer.whole
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[kept..<buffer.capacity])
        let count = try fill(room)
        bytesRead += UInt64(count)
        guard count > 0 else {
            finish(&sink)
            return false
        }
        handOn(UnsafeRawBufferPointer(rebasing: memory[..<(kept + count)]), to: &sink)
        return true
    }

    private func handOn(_ content: UnsafeRawBufferPointer, to sink: inout some BlockSink) {
        var start = 0
        if passedOver > 0 {
            guard let rest = content.firstLineCount else {
                sink.passedOver(content)
                passedOver += UInt64(content.count)
                return
            }
            sink.passedOver(UnsafeRawBufferPointer(rebasing: content[..<rest]))
            sink.overlong(byteCount: passedOver + UInt64(rest))
            passedOver = 0
            start = rest
        }
        let lines = UnsafeRawBufferPointer(rebasing: content[start...])
        let whole = lines.wholeLinesCount
        if whole > 0 { sink.lines(UnsafeRawBufferPointer(rebasing: lines[..<whole]), in: &buffer) }
        let line = UnsafeRawBufferPointer(rebasing: lines[whole...])
        if line.count > lineLimit { sink.passedOver(line) }
        keep(line)
    }

    /// Moves the unfinished line to the front, makes room for the rest of it, or gives it up as overlong.
    private func keep(_ line: UnsafeRawBufferPointer) {
        kept = 0
        if line.count > lineLimit {
            passedOver = UInt64(line.count)
            buffer.shrink()
            return
        }
        guard line.count > 0 else { return }
        // Into the buffer that is there now.
        buffer.whole.copyMemory(from: line)
        kept = line.count
        if kept == buffer.capacity { buffer.growKeeping(kept) }
    }

    private func finish(_ sink: inout some BlockSink) {
        if passedOver > 0 { sink.overlong(byteCount: passedOver) }
        if kept > 0 { sink.lines(UnsafeRawBufferPointer(rebasing: buffer.whole[..<kept])) }
        passedOver = 0
        kept = 0
    }

    private func fill(_ room: UnsafeMutableRawBufferPointer) throws(GzipError) -> Int {
        if let gzip { return try gzip.read(into: room) }
        return try Self.plain { () throws(FileError) in try source.read(into: room) }
    }

    private func recognise() throws(GzipError) {
        started = true
        var first: [UInt8] = []
        while first.count < GzipReader.magic.count {
            var byte: UInt8 = 0
            let count = try Self.plain { () throws(FileError) in
                try withUnsafeMutableBytes(of: &byte) { bytes throws(FileError) in try source.read(into: bytes) }
            }
            guard count > 0 else { break }
            first.append(byte)
        }
        let whole = PrependedSource(first, source)
        guard first == GzipReader.magic else {
            buffer.whole.copyBytes(from: first)
            kept = first.count
            bytesRead = UInt64(first.count)
            return
        }
        gzip = GzipReader(whole)
    }

    private static func plain<Value>(_ body: () throws(FileError) -> Value) throws(GzipError) -> Value {
        do throws(FileError) {
            return try body()
        } catch {
            throw .source(error)
        }
    }
}
