import CFuzzer
import TestSupport

/// Most changes happen inside of frames that stay whole; every eighth is to the file as it is.
@c(LLVMFuzzerCustomMutator)
func mutateFrames(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
    var random = SeededRandom(seed: UInt64(seed))
    guard !random.oneIn(8) else { return LLVMFuzzerMutate(start, count, capacity) }
    var frames = OpenedFrames(Array(UnsafeBufferPointer(start: start, count: count)))
    for _ in 0...Int.random(in: 0...2, using: &random) {
        frames.change(&random) { bytes in
            let room = bytes.count + 64
            let length = bytes.count
            bytes += [UInt8](repeating: 0, count: room - length)
            bytes = Array(bytes.prefix(LLVMFuzzerMutate(&bytes, length, room)))
        }
    }
    return put(frames.bytes, start, capacity) ?? LLVMFuzzerMutate(start, count, capacity)
}

@c(LLVMFuzzerCustomCrossOver)
func crossFrames(
    _ first: UnsafePointer<UInt8>, _ firstCount: Int, _ second: UnsafePointer<UInt8>, _ secondCount: Int,
    _ result: UnsafeMutablePointer<UInt8>, _ capacity: Int, _ seed: UInt32
) -> Int {
    var random = SeededRandom(seed: UInt64(seed))
    let crossed = OpenedFrames.crossed(
        OpenedFrames(Array(UnsafeBufferPointer(start: first, count: firstCount))),
        OpenedFrames(Array(UnsafeBufferPointer(start: second, count: secondCount))), &random)
    return put(crossed, result, capacity) ?? 0
}

private func put(_ bytes: [UInt8], _ target: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Int? {
    guard bytes.count <= capacity else { return nil }
    target.update(from: bytes, count: bytes.count)
    return bytes.count
}
