extension OpenFile {
    /// Up to `count` bytes; fewer at the end of the file.
    package func bytes(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Result { () throws(FileError) in
                    try read(
                        into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]), at: offset + UInt64(filled))
                }
            }
            let length = try got.get()
            guard length > 0 else { break }
            filled += length
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    package func append(_ bytes: [UInt8]) throws(FileError) {
        try bytes.withUnsafeBytes { buffer in
            Result { () throws(FileError) in try append(buffer) }
        }.get()
    }
}
