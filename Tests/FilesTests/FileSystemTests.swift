import Files
import Glibc
import SystemPackage
import TestSupport
import Testing

/// The same promises, kept by the real file system and by the simulated one.
@Suite("File systems")
struct FileSystemTests {
    enum Kind: CaseIterable { case real, simulated }

    private struct Place {
        let files: any FileSystem
        let root: FilePath
        private let directory: TemporaryDirectory?

        init(_ kind: Kind) throws {
            switch kind {
            case .simulated:
                directory = nil
                files = SimulatedFileSystem()
                root = "/data"
                try files.createDirectory(root)
            case .real:
                directory = try TemporaryDirectory("files")
                files = RealFileSystem()
                root = directory!.path
            }
        }
    }

    @Test("what is appended is read back, and what is truncated is gone", arguments: Kind.allCases)
    func content(kind: Kind) throws {
        let place = try Place(kind)
        let path = place.root.appending("a")
        let file = try place.files.open(path, .append)
        try append("hello ", to: file)
        try append("world", to: file)
        #expect(try text(of: file, from: 6) == "world")
        try file.truncate(to: 5)
        try append("!", to: file)
        try file.synchronize()
        #expect(try file.metadata().size == 6)
        #expect(try text(of: place.files.open(path, .read), from: 0) == "hello!")
        #expect(try text(of: file, from: 100) == "")
        #expect(try place.files.open(path, .replace).metadata().size == 0)
    }

    @Test("names appear, move, replace and disappear", arguments: Kind.allCases)
    func names(kind: Kind) throws {
        let place = try Place(kind)
        let one = place.root.appending("one")
        let two = place.root.appending("two")
        try append("1", to: place.files.open(one, .append))
        let replaced = try place.files.open(two, .append)
        try append("2", to: replaced)
        try place.files.rename(one, to: two)
        try place.files.synchronizeDirectory(place.root)
        #expect(try place.files.names(in: place.root) == ["two"])
        #expect(try text(of: place.files.open(two, .read), from: 0) == "1")
        #expect(try text(of: replaced, from: 0) == "2", "an open file outlives its name")
        try place.files.remove(two)
        #expect(try place.files.names(in: place.root) == [])
    }

    @Test("failures say what failed, where and why", arguments: Kind.allCases)
    func failures(kind: Kind) throws {
        let place = try Place(kind)
        let path = place.root.appending("missing")
        #expect(throws: FileError(.open, path, .noSuchFileOrDirectory)) { try place.files.open(path, .read) }
        #expect(throws: FileError(.stat, path, .noSuchFileOrDirectory)) { try place.files.metadata(of: path) }
        #expect(throws: FileError(.remove, path, .noSuchFileOrDirectory)) { try place.files.remove(path) }
        #expect(throws: FileError(.open, place.root, .isDirectory)) { try place.files.open(place.root, .read) }
        #expect("\(FileError(.open, "/x", .noSpace))" == "cannot open /x: No space left on device")
    }

    @Test("directories are made with those above them, and once more without harm", arguments: Kind.allCases)
    func directories(kind: Kind) throws {
        let place = try Place(kind)
        let inner = place.root.appending("a")
        try place.files.createDirectory(inner)
        try place.files.createDirectory(inner)
        #expect(try place.files.metadata(of: inner).kind == .directory)
        let file = place.root.appending("file")
        _ = try place.files.open(file, .append)
        #expect(throws: FileError.self) { try place.files.createDirectory(file.appending("below")) }
    }

    @Test("one holder of the lock at a time", arguments: Kind.allCases)
    func lock(kind: Kind) throws {
        let place = try Place(kind)
        let path = place.root.appending("lock")
        var first: (any OpenFile)? = try place.files.open(path, .append)
        let second = try place.files.open(path, .append)
        #expect(try first?.tryLock() == true)
        #expect(try second.tryLock() == false)
        first = nil
        #expect(try second.tryLock() == true)
    }

    private func append(_ text: String, to file: any OpenFile) throws {
        try Array(text.utf8).withUnsafeBytes { try file.append($0) }
    }

    private func text(of file: any OpenFile, from offset: UInt64) throws -> String {
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
