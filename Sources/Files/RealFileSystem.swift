import Glibc
package import SystemPackage

/// The operating system's file system.
///
/// Descriptors are closed on exec, interrupted calls are repeated, and nothing here waits for a writer: a FIFO in the
/// place of a log is refused instead of hanging the thread that opens it.
package struct RealFileSystem: FileSystem {
    package init() {}

    package func open(_ path: FilePath, _ access: FileAccess) throws(FileError) -> any OpenFile {
        // Without O_NONBLOCK the open of a FIFO waits for its other end; regular files ignore the flag.
        let common = O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let flags =
            switch access {
            case .read: O_RDONLY | common
            case .append: O_RDWR | O_APPEND | O_CREAT | common
            case .replace: O_RDWR | O_APPEND | O_CREAT | O_TRUNC | common
            }
        let descriptor = retrying { path.withPlatformString { Glibc.open($0, flags, 0o644) } }
        guard case .success(let number) = descriptor else { throw FileError(.open, path, descriptor.errno) }
        let file = RealFile(path: path, descriptor: number)
        switch try file.metadata().kind {
        case .regular: return file
        case .directory: throw FileError(.open, path, .isDirectory)
        case .other: throw FileError(.open, path, .invalidArgument)
        }
    }

    package func metadata(of path: FilePath) throws(FileError) -> FileMetadata {
        var status = stat()
        let result = retrying { path.withPlatformString { stat($0, &status) } }
        guard case .success = result else { throw FileError(.stat, path, result.errno) }
        return FileMetadata(status)
    }

    package func names(in directory: FilePath) throws(FileError) -> [String] {
        let directory = directory.isEmpty ? "." : directory
        guard let stream = directory.withPlatformString({ opendir($0) }) else {
            throw FileError(.list, directory, .current)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            Glibc.errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        guard Glibc.errno == 0 else { throw FileError(.list, directory, .current) }
        return names
    }

    package func createDirectory(_ path: FilePath) throws(FileError) {
        var result = retrying { path.withPlatformString { mkdir($0, 0o755) } }
        let parent = path.removingLastComponent()
        if result.errno == .noSuchFileOrDirectory && !parent.isEmpty && parent != path {
            try createDirectory(parent)
            result = retrying { path.withPlatformString { mkdir($0, 0o755) } }
        }
        switch result {
        case .success: return
        case .failure(.fileExists):
            guard try metadata(of: path).kind == .directory else {
                throw FileError(.createDirectory, path, .notDirectory)
            }
        case .failure(let errno): throw FileError(.createDirectory, path, errno)
        }
    }

    package func rename(_ source: FilePath, to target: FilePath) throws(FileError) {
        let result = retrying {
            source.withPlatformString { source in target.withPlatformString { Glibc.rename(source, $0) } }
        }
        guard case .success = result else { throw FileError(.rename, source, result.errno) }
    }

    package func remove(_ path: FilePath) throws(FileError) {
        let result = retrying { path.withPlatformString { unlink($0) } }
        guard case .success = result else { throw FileError(.remove, path, result.errno) }
    }

    package func synchronizeDirectory(_ path: FilePath) throws(FileError) {
        // The parent of a relative path may be the empty one: where the process is.
        let path = path.isEmpty ? "." : path
        let opened = retrying { path.withPlatformString { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) } }
        guard case .success(let descriptor) = opened else { throw FileError(.open, path, opened.errno) }
        defer { close(descriptor) }
        let result = retrying { fsync(descriptor) }
        // Some network and user-space file systems have nothing to do for a directory and say EINVAL.
        guard result.errno == nil || result.errno == .invalidArgument else {
            throw FileError(.sync, path, result.errno)
        }
    }
}
