import Files
import SystemPackage

/// A file that a command writes.
struct LogOutput {
    private let file: any OpenFile

    init(appendingTo path: String) throws(Failure) {
        do throws(FileError) { file = try RealFileSystem().open(FilePath(path), .append) } catch {
            throw Failure(error)
        }
    }

    func append(_ bytes: [UInt8]) throws(Failure) {
        do throws(FileError) { try file.append(bytes) } catch { throw Failure(error) }
    }

    /// Written beside it and renamed, so that nobody reads half of it.
    static func replace(_ path: String, with bytes: [UInt8]) throws(Failure) {
        let (fileSystem, target) = (RealFileSystem(), FilePath(path))
        let draft = FilePath(path + ".tmp")
        do throws(FileError) {
            try fileSystem.open(draft, .replace).append(bytes)
            try fileSystem.rename(draft, to: target)
        } catch {
            throw Failure(error)
        }
    }
}

extension Failure {
    /// A file that could not be written.
    init(_ error: FileError) { self.init(.cannotWrite, "\(error); nothing else was changed, safe to try again") }
}
