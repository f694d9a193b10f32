import RequestLog
import RollingWindow
import Snapshots

/// Any bytes as a file of frames: what is decoded is written and read again as the same, merging knows no order, and a
/// window takes the requests in and gets rid of them again.
@c(LLVMFuzzerTestOneInput)
func fuzzSnapshot(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = FuzzInput(start, count).bytes
    let frames = wholeFrames(of: bytes)
    let alone = FrameSequence.frames(in: bytes, of: Frame.Kind.allCases)
    precondition(frames.starts(with: alone.frames), "stepping over damage changes what is before it")
    let blocks = frames.filter { $0.kind == .block }
    var names = Names()
    checkWindows(with: blocks.compactMap { checkCoding(of: $0, &names) })
    checkMerge(of: blocks.compactMap { try? BlockHeader($0) })
    return 0
}

private func wholeFrames(of bytes: [UInt8]) -> [Frame] {
    let read = { (offset: UInt64, count: Int) in
        Array(bytes[Int(offset)..<min(bytes.count, Int(offset) + count)])
    }
    var sequence = FrameSequence(length: UInt64(bytes.count), of: Frame.Kind.allCases)
    var frames: [Frame] = []
    while true {
        while let frame = sequence.next(read) { frames.append(frame) }
        let end = sequence.offset
        guard sequence.failure != nil, sequence.skipDamage(read) else { break }
        precondition(sequence.offset > end, "stepping over damage goes nowhere")
    }
    precondition(frames.reduce(0) { $0 + $1.bytes.count } <= bytes.count, "more frames than bytes")
    return frames
}

private func checkCoding(of frame: Frame, _ names: inout Names) -> SnapshotBlock? {
    let block: SnapshotBlock
    do throws(SnapshotError) {
        block = try SnapshotBlock.decode(frame, names: &names)
    } catch {
        return nil
    }
    let written = encode(block, names)
    var namesAgain = Names()
    let again: SnapshotBlock
    do throws(SnapshotError) {
        again = try SnapshotBlock.decode(written, names: &namesAgain)
    } catch {
        preconditionFailure("a block that was decoded cannot be read when it is written again: \(error)")
    }
    precondition(again.header == block.header, "another header")
    precondition(again.series.count == block.series.count, "series appear or vanish")
    precondition(encode(again, namesAgain) == written, "another block")
    return block
}

private func encode(_ block: SnapshotBlock, _ names: Names) -> [UInt8] {
    do throws(SnapshotError) {
        return try block.encoded(names: names, level: 1)
    } catch {
        preconditionFailure("a block that was decoded cannot be written: \(error)")
    }
}

/// The last hour is rebuilt from blocks, whatever they say, and leaves the windows in the next.
private func checkWindows(with blocks: [SnapshotBlock]) {
    let blocks = blocks.filter { (0..<Int64.max / 2).contains($0.slice.start.nanoseconds) }
    guard let now = blocks.map(\.slice.end).max() else { return }
    var windows = LiveWindows(seriesLimit: 100)
    windows.advance(to: now)
    for block in blocks where now - block.slice.end < .minutes(62) {
        let (first, last) = (block.header.firstEvent, block.header.lastEvent)
        windows.restore(TimedSlice(slice: block.slice, firstEvent: first, lastEvent: last))
    }
    for length in WindowLength.allCases {
        for cell in windows[length].series.values { _ = (cell.durations.quantile(0.99), cell.calls.quantile(0.5)) }
    }
    for minutes: Int64 in [1, 2, 5, 15, 30, 45, 62] { windows.advance(to: now + .minutes(minutes)) }
    precondition(windows.activeSeries == 0, "a window keeps what has left it")
}

/// Whatever the order, and however often: the same blocks count.
private func checkMerge(of headers: [BlockHeader]) {
    func counted(_ headers: [BlockHeader]) -> (blocks: [BlockHeader], conflicts: Int) {
        var merge = SnapshotMerge()
        for header in headers { merge.add(header) }
        let decision = merge.decide()
        return (decision.counted.map { headers[$0] }, decision.conflicts.count)
    }
    let once = counted(headers)
    precondition(counted(headers.reversed()).blocks == once.blocks, "the order of blocks decides what counts")
    precondition(counted(headers + headers).blocks == once.blocks, "a copy of a directory changes what counts")
    if once.conflicts == 0 {
        precondition(counted(headers + headers).conflicts == 0, "a copy of a directory is in conflict with it")
    }
}
