package import Files
package import SystemPackage

extension FileSystem {
    /// Another file of the same bytes, on the disk when it returns, but for its name.
    func copy(_ path: FilePath, to target: FilePath) throws(FileError) {
        let file = try open(path, .read)
        let copy = try open(target, .replace)
        var place: UInt64 = 0
        while true {
            let chunk = try file.bytes(at: place, count: 1 << 20)
            guard !chunk.isEmpty else { break }
            try copy.append(chunk)
            place += UInt64(chunk.count)
        }
        try copy.synchronize()
    }
}

/// Small text files that are read and replaced as a whole.
extension FileSystem {
    /// A longer one is not ours.
    private static var longestText: Int { 1 << 20 }

    /// Nil when there is no such file.
    package func text(of path: FilePath) throws(FileError) -> String? {
        do throws(FileError) {
            let bytes = try open(path, .read).bytes(at: 0, count: Self.longestText)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    /// The file is the old one or the new one, whoever looks, and after a power cut too if it is durable.
    func replace(_ path: FilePath, with text: String, isDurable: Bool) throws(FileError) {
        try replace(path, with: Array(text.utf8), isDurable: isDurable)
    }

    func replace(_ path: FilePath, with bytes: [UInt8], isDurable: Bool) throws(FileError) {
        let temporary = FilePath(path.string + ".tmp")
        let file = try open(temporary, .replace)
        try file.append(bytes)
        if isDurable { try file.synchronize() }
        try rename(temporary, to: path)
        if isDurable { try synchronizeDirectory(path.removingLastComponent()) }
    }

    func removeIfThere(_ path: FilePath) throws(FileError) {
        do throws(FileError) {
            try remove(path)
        } catch {
            if error.errno != .noSuchFileOrDirectory { throw error }
        }
    }
}
