import Files
import SystemPackage

/// Hands on the content of a whole gzip file from an offset on.
final class GzipTail {
    private let reader: LogReader
    /// Decompressed bytes that have been handed on before.
    private var toSkip: UInt64
    /// Bytes of the line over the limit that is being passed over, but for those that were handed on before.
    private var freshOfLine: UInt64 = 0

    init(_ file: any OpenFile, from offset: UInt64, lineLimitBytes: Int) {
        reader = LogReader(FileSource(file), lineLimitBytes: lineLimitBytes)
        toSkip = offset
    }

    /// Hands on one block; false at the end.
    func readBlock(
        of log: TailedLog, into sink: inout some TailSink, budget: inout Int
    ) throws(GzipError) -> Bool {
        var adapter = Adapter(log: log, sink: sink, toSkip: toSkip, freshOfLine: freshOfLine)
        let before = reader.bytesRead
        defer {
            sink = adapter.sink
            toSkip = adapter.toSkip
            freshOfLine = adapter.freshOfLine
            budget -= max(1, Int(reader.bytesRead - before))
        }
        return try reader.readBlock(into: &adapter)
    }

    private struct Adapter<Sink: TailSink>: BlockSink {
        let log: TailedLog
        var sink: Sink
        var toSkip: UInt64
        var freshOfLine: UInt64

        mutating func lines(_ bytes: UnsafeRawBufferPointer) {
            let skipped = Int(min(toSkip, UInt64(bytes.count)))
            toSkip -= UInt64(skipped)
            let fresh = UnsafeRawBufferPointer(rebasing: bytes[skipped...])
            guard !fresh.isEmpty else { return }
            sink.lines(fresh, of: log.id)
            consume(fresh)
        }

        mutating func lines(_ bytes: UnsafeRawBufferPointer, in buffer: inout ReadBuffer) {
            guard toSkip == 0, !bytes.isEmpty else { return lines(bytes) }
            sink.lines(bytes, of: log.id, in: &buffer)
            consume(bytes)
        }

        private func consume(_ fresh: UnsafeRawBufferPointer) {
            log.builder?.append(fresh)
            log.offset += UInt64(fresh.count)
            log.changed = true
        }

        mutating func passedOver(_ bytes: UnsafeRawBufferPointer) {
            let skipped = Int(min(toSkip, UInt64(bytes.count)))
            toSkip -= UInt64(skipped)
            log.builder?.append(UnsafeRawBufferPointer(rebasing: bytes[skipped...]))
            freshOfLine += UInt64(bytes.count - skipped)
        }

        mutating func overlong(byteCount: UInt64) {
            // A beginning of it may have been handed on before, as the last line of a log that seemed to be at its end.
            guard freshOfLine > 0 else { return }
            sink.overlong(byteCount: freshOfLine, of: log.id)
            log.offset += freshOfLine
            log.changed = true
            freshOfLine = 0
        }
    }
}
