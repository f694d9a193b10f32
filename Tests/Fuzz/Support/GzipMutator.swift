import CFuzzer
import CZlib
import TestSupport

/// Half of the changes are to the file as it is; the rest make its trailers right again, or are to the content, so that
/// checksum and length hold and the members behind are reached. The first two bytes are the fuzzer's choices.
@c(LLVMFuzzerCustomMutator)
func mutateGzip(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
    var random = SeededRandom(seed: UInt64(seed))
    let before = Array(UnsafeBufferPointer(start: start, count: count))
    let length = LLVMFuzzerMutate(start, count, capacity)
    guard random.oneIn(2), length > 2 else { return length }
    let choices = Array(UnsafeBufferPointer(start: start, count: 2))
    var file = Array(UnsafeBufferPointer(start: start + 2, count: length - 2))
    if random.oneIn(2) {
        file = withRightTrailers(file)
    } else {
        var content = GzipOracle(Array(before.dropFirst(2))).content
        guard content.count <= capacity else { return length }
        let known = content.count
        content += [UInt8](repeating: 0, count: 64)
        content = Array(content.prefix(LLVMFuzzerMutate(&content, known, content.count)))
        let cut = Int.random(in: 0...content.count, using: &random)
        let padding = [UInt8](repeating: 0, count: random.oneIn(3) ? 5 : 0)
        file = random.oneIn(2) ? gzip(content) : gzip(Array(content[..<cut])) + padding + gzip(Array(content[cut...]))
    }
    let result = choices + file
    guard result.count <= capacity else { return length }
    start.update(from: result, count: result.count)
    return result.count
}

/// The file with the checksum and the length that the content of each member asks for.
private func withRightTrailers(_ file: [UInt8]) -> [UInt8] {
    var file = file
    var place = 0
    while place < file.count {
        guard let member = inflatedMember(file[place...]) else { break }
        let end = place + member.bodyEnd
        guard end + 8 <= file.count else { break }
        let sum = UInt32(truncatingIfNeeded: crc32(0, member.content, UInt32(member.content.count)))
        for byte in 0..<4 {
            file[end + byte] = UInt8(truncatingIfNeeded: sum >> (8 * byte))
            file[end + 4 + byte] = UInt8(truncatingIfNeeded: member.content.count >> (8 * byte))
        }
        place = end + 8
    }
    return file
}

/// The content of a member with a header of ten bytes, and where its trailer begins.
private func inflatedMember(_ file: ArraySlice<UInt8>) -> (content: [UInt8], bodyEnd: Int)? {
    guard file.count > 10 else { return nil }
    var stream = czlib_stream()
    let version = ZLIB_VERSION
    guard inflateInit2_(&stream, -15, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var body = Array(file.dropFirst(10))
    var content = [UInt8](repeating: 0, count: 1 << 20)
    var status = Z_OK
    body.withUnsafeMutableBufferPointer { source in
        content.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            status = inflate(&stream, Z_FINISH)
        }
    }
    guard status == Z_STREAM_END else { return nil }
    content.removeLast(Int(stream.avail_out))
    return (content, 10 + body.count - Int(stream.avail_in))
}
