import Files
import SystemPackage

/// Hands on the content of a whole gzip file from an offset on.
final class GzipTail {
    private let reader: LogReader
    /// Decompressed bytes that have been handed on before.
    private var toSkip: UInt64

    init(_ file: any OpenFile, from offset: UInt64, lineLimitBytes: Int) {
        reader = LogReader(FileSource(file), lineLimitBytes: lineLimitBytes)
        toSkip = offset
    }

    /// Hands on one block; false at the end.
    func readBlock(
        of log: TailedLog, into sink: inout some TailSink, budget: inout Int
    ) throws(GzipError) -> Bool {
        var adapter = Adapter(log: log, sink: sink, toSkip: toSkip)
        let before = reader.bytesRead
        defer {
            sink = adapter.sink
            toSkip = adapter.toSkip
            budget -= max(1, Int(reader.bytesRead - before))
        }
        return try reader.readBlock(into: &adapter)
    }

    private struct Adapter<Sink: TailSink>: BlockSink {
        let log: TailedLog
        var sink: Sink
        var toSkip: UInt64

        mutating func lines(_ bytes: UnsafeRawBufferPointer) {
            let skipped = Int(min(toSkip, UInt64(bytes.count)))
            toSkip -= UInt64(skipped)
            let fresh = UnsafeRawBufferPointer(rebasing: bytes[skipped...])
            guard !fresh.isEmpty else { return }
            sink.lines(fresh, of: log.id)
            log.builder?.append(fresh)
            log.offset += UInt64(fresh.count)
            log.changed = true
        }

        mutating func passedOver(_ bytes: UnsafeRawBufferPointer) {
            if toSkip == 0 { log.builder?.append(bytes) }
        }

        mutating func overlong(byteCount: UInt64) {
            guard toSkip == 0 else {
                toSkip -= min(toSkip, byteCount)
                return
            }
            sink.overlong(byteCount: byteCount, of: log.id)
            log.offset += byteCount
            log.changed = true
        }
    }
}
