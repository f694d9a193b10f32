import Glibc
import SystemPackage

/// An open regular file of the operating system.
final class RealFile: OpenFile {
    let path: FilePath
    private let descriptor: Int32

    /// Takes the descriptor over.
    init(path: FilePath, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func metadata() throws(FileError) -> FileMetadata {
        var status = stat()
        let result = retrying { fstat(descriptor, &status) }
        guard case .success = result else { throw FileError(.stat, path, result.errno) }
        return FileMetadata(status)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
        guard let position = off_t(exactly: offset) else { return 0 }
        let result = retrying { pread(descriptor, buffer.baseAddress, buffer.count, position) }
        guard case .success(let count) = result else { throw FileError(.read, path, result.errno) }
        return count
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let result = retrying { write(descriptor, part.baseAddress, part.count) }
            guard case .success(let count) = result else { throw FileError(.write, path, result.errno) }
            // A regular file that takes nothing and gives no reason would otherwise keep us here for ever.
            guard count > 0 else { throw FileError(.write, path, .ioError) }
            rest = rest.dropFirst(count)
        }
    }

    func truncate(to length: UInt64) throws(FileError) {
        guard let position = off_t(exactly: length) else { throw FileError(.truncate, path, .fileTooLarge) }
        let result = retrying { ftruncate(descriptor, position) }
        guard case .success = result else { throw FileError(.truncate, path, result.errno) }
    }

    func synchronize() throws(FileError) {
        let result = retrying { fdatasync(descriptor) }
        guard case .success = result else { throw FileError(.sync, path, result.errno) }
    }

    func tryLock() throws(FileError) -> Bool {
        let result = retrying { flock(descriptor, LOCK_EX | LOCK_NB) }
        switch result {
        case .success: return true
        case .failure(.wouldBlock): return false
        case .failure(let errno): throw FileError(.lock, path, errno)
        }
    }
}
