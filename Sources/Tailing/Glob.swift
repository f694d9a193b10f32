package import Files
package import SystemPackage

/// A path whose components may hold `*`, `?` and `[…]`, matched as a shell does: no wildcard matches a `/`, nor a dot
/// at the beginning of a name.
package struct Glob: Equatable, Sendable {
    package let pattern: FilePath

    package let isLiteral: Bool
    private let components: [[UInt8]]

    package init(_ pattern: String) {
        self.pattern = FilePath(pattern)
        components = self.pattern.components.map { Array($0.string.utf8) }
        isLiteral = !self.pattern.components.contains { Self.hasWildcard($0.string) }
    }

    /// The directories whose names decide what is matched, as far as they exist now, and the paths that are matched.
    /// Directories that cannot be listed match nothing; those that are there all the same are named with the reason.
    package func expand(
        in fileSystem: any FileSystem
    ) -> (paths: [FilePath], directories: [(FilePath, prefix: String)], unlisted: [TailProblem]) {
        var root = FilePath()
        root.root = pattern.root
        var found = [root]
        var directories: [(FilePath, prefix: String)] = []
        var unlisted: [TailProblem] = []
        for component in pattern.components {
            guard Self.hasWildcard(component.string) else {
                // Behind a wildcard, what a fixed name leads to depends on each directory that was found.
                if !directories.isEmpty { directories += found.map { ($0, component.string) } }
                found = found.map { $0.appending(component) }
                continue
            }
            let names = Array(component.string.utf8)
            var next: [FilePath] = []
            for directory in found {
                directories.append((directory, Self.literalPrefix(of: component.string)))
                var listed: [String] = []
                do throws(FileError) {
                    listed = try fileSystem.names(in: directory.isEmpty ? "." : directory)
                } catch {
                    let problem = TailProblem(directory, error.errno)
                    if problem.kind != .missing { unlisted.append(problem) }
                }
                for name in listed.sorted() where Self.matches(Array(name.utf8), names) {
                    next.append(directory.appending(name))
                }
            }
            found = next
        }
        return (found, directories, unlisted)
    }

    /// Whether the pattern matches this path, there or not.
    func matches(_ path: FilePath) -> Bool {
        guard path.root == pattern.root, path.components.count == components.count else { return false }
        return zip(path.components, components).allSatisfy { Self.matches(Array($0.string.utf8), $1) }
    }

    private static func hasWildcard(_ component: String) -> Bool {
        component.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
    }

    /// What every name that a component matches begins with.
    static func literalPrefix(of component: String) -> String {
        String(
            Substring(
                component.utf8.prefix { $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "[") })
        )
    }

    /// Whether a name matches a component; linear in both but for one star, to which it can always return.
    static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        if name.first == UInt8(ascii: "."), pattern.first != UInt8(ascii: ".") { return false }
        var position = 0
        var wanted = 0
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if wanted < pattern.count, pattern[wanted] == UInt8(ascii: "*") {
                star = (wanted + 1, position)
                wanted += 1
            } else if let next = matchOne(name[position], pattern, wanted) {
                position += 1
                wanted = next
            } else if let back = star {
                star = (back.pattern, back.name + 1)
                wanted = back.pattern
                position = back.name + 1
            } else {
                return false
            }
        }
        return pattern[wanted...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Where the pattern goes on if its element at `index` takes the byte.
    private static func matchOne(_ byte: UInt8, _ pattern: [UInt8], _ index: Int) -> Int? {
        guard index < pattern.count else { return nil }
        if pattern[index] == UInt8(ascii: "?") { return index + 1 }
        if pattern[index] == UInt8(ascii: "["), let (taken, next) = matchSet(byte, pattern, index) {
            return taken ? next : nil
        }
        return pattern[index] == byte ? index + 1 : nil
    }

    /// A set such as `[a-z_]` or `[!0-9]`; nil if it has no end and the bracket stands for itself.
    private static func matchSet(_ byte: UInt8, _ pattern: [UInt8], _ index: Int) -> (taken: Bool, next: Int)? {
        var at = index + 1
        var negated = false
        if at < pattern.count, pattern[at] == UInt8(ascii: "!") || pattern[at] == UInt8(ascii: "^") {
            negated = true
            at += 1
        }
        let first = at
        var found = false
        while at < pattern.count {
            if pattern[at] == UInt8(ascii: "]"), at > first { return (found != negated, at + 1) }
            if at + 2 < pattern.count, pattern[at + 1] == UInt8(ascii: "-"), pattern[at + 2] != UInt8(ascii: "]") {
                if pattern[at] <= byte && byte <= pattern[at + 2] { found = true }
                at += 3
            } else {
                if pattern[at] == byte { found = true }
                at += 1
            }
        }
        return nil
    }
}
