package import Files
import Glibc
package import SystemPackage

/// Bytes from the beginning to the end, once.
package protocol ByteSource: AnyObject {
    /// Up to `buffer.count` bytes; 0 at the end only.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
}

/// A regular file from an offset on.
package final class FileSource: ByteSource {
    private let file: any OpenFile
    private var offset: UInt64

    package init(_ file: any OpenFile, from offset: UInt64 = 0) {
        self.file = file
        self.offset = offset
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let count = try file.read(into: buffer, at: offset)
        offset += UInt64(count)
        return count
    }
}

/// A descriptor that somebody else opened and closes: standard input.
package final class DescriptorSource: ByteSource {
    private let descriptor: Int32
    private let name: FilePath

    /// - Parameter name: stands for the descriptor in errors.
    package init(_ descriptor: Int32, name: FilePath) {
        self.descriptor = descriptor
        self.name = name
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            let errno = Errno(rawValue: Glibc.errno)
            guard errno == .interrupted else { throw FileError(.read, name, errno) }
        }
    }
}
