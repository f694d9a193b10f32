import SystemPackage
import TestSupport

/// One log of the service with everything that rotation makes of it, and the program that writes it.
final class LogFamily {
    /// The beginning of a line whose end has not come yet.
    struct Torn {
        var line: Int
        var rest: [UInt8]
    }

    /// A `.gz` that is not whole yet; its source still stands beside it.
    struct Compression {
        var source: FilePath
        var target: FilePath
        var rest: ArraySlice<UInt8>
    }

    let home: FilePath
    let source: String
    /// Generations are dated (`-20261122`) rather than numbered (`.1`).
    let isDated: Bool
    /// Older generations are deleted.
    let generationLimit: Int
    /// A symbolic link that is pointed at another file now and then.
    let isLinked: Bool

    /// A file that was cut back to `kept` bytes.
    struct Cut {
        var file: SimulatedFileSystem.Identity
        var kept: Int
        /// What it held before; nil when nobody knows.
        var old: [UInt8]?

        /// Until the file is longer than this, what comes cannot be told from what was there.
        func end(in content: [UInt8]) -> Int {
            guard let old else { return .max }
            let common = zip(content, old).prefix { $0 == $1 }.count
            return min(old.count, Cut.horizon(of: common))
        }

        /// Of a log whose bytes are gone remain checksums of its first 1, 2, 4 … 65,536 bytes, and of 4 KiB at every
        /// power of two from there on: the first of them that reaches over `common`.
        static func horizon(of common: Int) -> Int {
            var power = 1
            if common < 65_536 {
                while power <= common { power *= 2 }
                return power
            }
            power = 65_536
            while power + 4_096 <= common { power *= 2 }
            return power + 4_096
        }
    }

    var writer: LogWriter?
    var cuts: [Cut] = []
    var torn: Torn?
    var compression: Compression?
    var rotations = 0
    var isRevoked = false

    init(home: FilePath, source: String, isDated: Bool, generationLimit: Int, isLinked: Bool) {
        self.home = home
        self.source = source
        self.isDated = isDated
        self.generationLimit = generationLimit
        self.isLinked = isLinked
    }

    var directory: FilePath { home.removingLastComponent() }

    func generation(_ number: Int) -> FilePath { FilePath(home.string + ".\(number)") }

    /// What stands beside the home, by its name: rotated, compressed or not.
    func siblings(on disk: SimulatedFileSystem) -> [FilePath] {
        let name = home.lastComponent!.string
        return disk.list(directory).filter { $0.hasPrefix(name + ".") || $0.hasPrefix(name + "-") }
            .map { directory.appending($0) }
    }

    func files(on disk: SimulatedFileSystem) -> [FilePath] {
        (disk.contents(of: home) == nil ? [] : [home]) + siblings(on: disk)
    }

    /// Renames the log away, older generations first.
    func rotate(on disk: SimulatedFileSystem, copying: Bool) -> FilePath? {
        guard disk.contents(of: home) != nil else { return nil }
        rotations += 1
        let target: FilePath
        if isDated {
            target = FilePath(home.string + "-\(20_261_122 + rotations)")
            let old = siblings(on: disk)
            if old.count >= generationLimit, let oldest = old.first { disk.delete(oldest) }
        } else {
            target = generation(1)
            let numbers = siblings(on: disk).compactMap(number(of:))
            for (number, suffix) in numbers.sorted(by: { $0.0 > $1.0 }) {
                let path = FilePath(generation(number).string + suffix)
                if number >= generationLimit {
                    disk.delete(path)
                } else {
                    disk.move(path, to: FilePath(generation(number + 1).string + suffix))
                }
            }
        }
        if copying { disk.copy(home, to: target) } else { disk.move(home, to: target) }
        return target
    }

    private func number(of sibling: FilePath) -> (Int, String)? {
        guard sibling.string.hasPrefix(home.string + ".") else { return nil }
        var text = sibling.string.dropFirst(home.string.count + 1)
        var suffix = ""
        if text.hasSuffix(".gz") {
            suffix = ".gz"
            text = text.dropLast(3)
        }
        return Int(text).map { ($0, suffix) }
    }
}
