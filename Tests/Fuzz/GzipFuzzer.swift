import CZlib
import Files
import Tailing
import TestSupport

/// Any bytes as a gzip file: `GzipReader` gives what zlib gives member by member, in pieces of any size, and says the
/// same when it cannot.
///
/// Input: pieces of the input, pieces of the output, the file.
@c(LLVMFuzzerTestOneInput)
func fuzzGzip(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    let pieces = input.byte()
    let room = input.choice(of: [1, 2, 7, 64, 1_000, 1 << 16])
    let file = input.bytes

    let truth = GzipOracle(file)
    var content: [UInt8] = []
    var failure: GzipError?
    let reader = GzipReader(PiecewiseSource(file, seed: pieces))
    do throws(GzipError) {
        while true {
            let piece = try read(reader, room: room)
            if piece.isEmpty { break }
            content += piece
            precondition(content.count <= truth.content.count, "more content than there is")
        }
    } catch {
        failure = error
    }
    precondition(truth.content.starts(with: content), "other content than zlib's")
    precondition(reader.offset >= UInt64(content.count), "bytes handed out and not counted")
    precondition(reader.compressedOffset <= UInt64(file.count), "more compressed bytes than there are")
    switch (truth.ending, failure) {
    case (.whole, nil): precondition(content == truth.content, "content is missing")
    case (.cut, .truncated), (.damaged, .damaged): break
    // zlib sees in its last bytes that nothing valid can follow; read in pieces they only end too early.
    case (.damaged, .truncated(let offset)) where offset == UInt64(file.count): break
    default: preconditionFailure("ends as \(String(describing: failure)), and zlib says \(truth.ending)")
    }
    checkLog(file, truth)
    return 0
}

private func read(_ reader: GzipReader, room: Int) throws(GzipError) -> [UInt8] {
    // Memory of exactly this size: a byte too many and the address sanitizer knows.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
    defer { memory.deallocate() }
    return Array(memory.prefix(try reader.read(into: memory)))
}

/// The same file as a log that is read once.
private func checkLog(_ file: [UInt8], _ truth: GzipOracle) {
    guard file.starts(with: GzipReader.magic) else { return }
    var lines = LinesSum()
    let reader = LogReader(PiecewiseSource(file, seed: 4), lineLimitBytes: 100)
    do throws(GzipError) {
        while try reader.readBlock(into: &lines) {}
        precondition(truth.ending == .whole, "a log that is not whole is read to its end")
        precondition(lines.byteCount == truth.content.count, "lines that are not the content")
    } catch {
        precondition(truth.ending != .whole, "a log that is whole is refused: \(error)")
    }
}

private struct LinesSum: BlockSink {
    var byteCount = 0

    mutating func lines(_ bytes: UnsafeRawBufferPointer) {
        byteCount += bytes.count
        touchPadding(behind: bytes)
    }

    mutating func overlong(byteCount: UInt64) { self.byteCount += Int(byteCount) }
}
