import Files

/// Bytes that were read to see what they are, put back in front.
final class PrependedSource: ByteSource {
    private var first: [UInt8]
    private let rest: any ByteSource

    init(_ first: [UInt8], _ rest: any ByteSource) {
        self.first = first
        self.rest = rest
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        guard !first.isEmpty else { return try rest.read(into: buffer) }
        let count = min(first.count, buffer.count)
        buffer.copyBytes(from: first.prefix(count))
        first.removeFirst(count)
        return count
    }
}
