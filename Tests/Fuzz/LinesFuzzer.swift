import Files
import Tailing
import TestSupport

/// Whatever the content, the pieces it comes in and the limit: `LogReader` hands on the lines that a naive split finds.
///
/// Input: limit, pieces, form, content.
@c(LLVMFuzzerTestOneInput)
func fuzzLines(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    var limit = input.choice(of: [2, 3, 7, 8, 9, 63, 64, 100])
    var pieces = input.byte()
    let form = input.byte()
    var content = input.bytes
    let isCompressed = form & 1 != 0
    // Long lines out of few bytes: the buffer grows from 256 KiB on.
    if form >> 1 == 0x55, content.count <= 1_000 {
        content = content.flatMap { $0 == 10 ? [10] : [UInt8](repeating: $0, count: 2_000) }
        limit = 280_000 + Int(pieces) * 1_000
        pieces = 5
    }
    // What looks like gzip is read as gzip; that is the other fuzzer's.
    if !isCompressed, content.starts(with: GzipReader.magic) { return -1 }

    let source = PiecewiseSource(isCompressed ? gzip(content) : content, seed: pieces)
    let reader = LogReader(source, lineLimitBytes: limit)
    var taken = LinesTaken()
    do throws(GzipError) {
        while try reader.readBlock(into: &taken) {}
    } catch {
        preconditionFailure("content that is whole is refused: \(error)")
    }
    precondition(reader.bytesRead == UInt64(content.count), "bytes read are not the bytes there are")
    check(taken, content, limit: limit)
    return 0
}

private func check(_ taken: LinesTaken, _ content: [UInt8], limit: Int) {
    var whole: [UInt8] = []
    var passedOver: [UInt8] = []
    var overlong: [UInt64] = []
    for line in content.naiveLines {
        let bytes = Array(line.content) + (line.isEnded ? [10] : [])
        if line.content.count > limit {
            passedOver += bytes
            overlong.append(UInt64(bytes.count))
        } else {
            whole += bytes
        }
    }
    precondition(taken.whole == whole, "the lines within the limit are not those of a naive split")
    precondition(taken.overlong == overlong, "the lines over the limit are not those of a naive split")
    precondition(taken.passedOver == passedOver, "the bytes passed over are not those of the lines over the limit")
}

private struct LinesTaken: BlockSink {
    var whole: [UInt8] = []
    var overlong: [UInt64] = []
    var passedOver: [UInt8] = []

    mutating func lines(_ bytes: UnsafeRawBufferPointer) {
        precondition(!bytes.isEmpty, "a block without lines")
        precondition(whole.isEmpty || whole.last == 10, "lines behind a line that did not end")
        whole += bytes
        touchPadding(behind: bytes)
    }

    mutating func overlong(byteCount: UInt64) { overlong.append(byteCount) }

    mutating func passedOver(_ bytes: UnsafeRawBufferPointer) { passedOver += bytes }
}
