import Files
import SystemPackage

/// Names inside the simulation are plain strings, absolute and normal: `FilePath` checks itself at every step, and a
/// simulation takes millions of them.
extension SimulatedDisk {
    /// The node at a path, links followed; nil when only its last component is missing.
    func find(_ path: FilePath, for operation: FileError.Operation) throws(FileError) -> Int? {
        entries[try resolve(path, for: operation)]
    }

    /// The path with every symbolic link followed; the last component need not exist.
    func resolve(
        _ path: FilePath, for operation: FileError.Operation, followLast: Bool = true
    ) throws(FileError) -> String {
        var rest = Self.components(path.string)[...]
        var resolved = "/"
        var hops = 0
        while let component = rest.popFirst() {
            if component == ".." {
                resolved = Self.parent(of: resolved)
                continue
            }
            let here = Self.join(resolved, component)
            guard let node = entries[here] else {
                guard rest.isEmpty else { throw FileError(operation, path, .noSuchFileOrDirectory) }
                return here
            }
            if let target = nodes[node]?.target, followLast || !rest.isEmpty {
                hops += 1
                guard hops <= 40 else { throw FileError(operation, path, .tooManySymbolicLinkLevels) }
                rest = (Self.components(target.string) + rest)[...]
                if target.isAbsolute { resolved = "/" }
                continue
            }
            guard rest.isEmpty || nodes[node]?.kind == .directory else {
                throw FileError(operation, path, .notDirectory)
            }
            resolved = here
        }
        return resolved
    }

    func names(in directory: String) -> [String] {
        let prefix = directory == "/" ? "/" : directory + "/"
        return entries.keys.compactMap { path in
            guard path.utf8.count > prefix.utf8.count, path.hasPrefix(prefix) else { return nil }
            let name = path.dropFirst(prefix.count)
            return name.utf8.contains(UInt8(ascii: "/")) ? nil : String(name)
        }
    }

    mutating func create(
        _ kind: Kind, at path: FilePath, target: FilePath? = nil, for operation: FileError.Operation
    ) throws(FileError) -> Int {
        let place = try resolve(path, for: operation, followLast: kind != .symlink)
        guard let parent = entries[Self.parent(of: place)] else {
            throw FileError(operation, path, .noSuchFileOrDirectory)
        }
        guard nodes[parent]?.kind == .directory else { throw FileError(operation, path, .notDirectory) }
        let node = make(kind, target: target)
        nodes[node]?.links = 1
        entries[place] = node
        pendingChanges.append(.link(place, node))
        return node
    }

    mutating func createDirectories(_ path: FilePath) throws(FileError) {
        var here = FilePath("/")
        for component in Self.components(path.string) {
            here.append(component)
            if let node = try find(here, for: .createDirectory) {
                guard nodes[node]?.kind == .directory else { throw FileError(.createDirectory, path, .notDirectory) }
            } else {
                _ = try create(.directory, at: here, for: .createDirectory)
            }
        }
    }

    mutating func rename(_ source: FilePath, to target: FilePath) throws(FileError) {
        let from = try resolve(source, for: .rename, followLast: false)
        let to = try resolve(target, for: .rename, followLast: false)
        guard entries[from] != nil, entries[Self.parent(of: to)] != nil else {
            throw FileError(.rename, source, .noSuchFileOrDirectory)
        }
        guard from != to else { return }
        let replaced = entries[to]
        if let replaced, nodes[replaced]?.kind == .directory { throw FileError(.rename, source, .isDirectory) }
        if let moved = entries[from] { nodes[moved]?.nameChanges += 1 }
        let change = Change.rename(from, to)
        Self.apply(change, to: &entries)
        pendingChanges.append(change)
        if let replaced { drop(replaced) }
    }

    mutating func remove(_ path: FilePath) throws(FileError) {
        let place = try resolve(path, for: .remove, followLast: false)
        guard let node = entries[place] else { throw FileError(.remove, path, .noSuchFileOrDirectory) }
        guard nodes[node]?.kind != .directory || names(in: place).isEmpty else {
            throw FileError(.remove, path, .directoryNotEmpty)
        }
        entries[place] = nil
        pendingChanges.append(.unlink(place))
        drop(node)
    }

    /// Everything up to the last change in this directory is durable from here on.
    mutating func synchronizeDirectory(_ directory: String) {
        guard let last = pendingChanges.lastIndex(where: { Self.touches($0, directory) }) else { return }
        for change in pendingChanges[...last] { Self.apply(change, to: &durableEntries) }
        pendingChanges.removeFirst(last + 1)
    }

    static func apply(_ change: Change, to entries: inout [String: Int]) {
        switch change {
        case .link(let path, let node): entries[path] = node
        case .unlink(let path): entries[path] = nil
        case .rename(let from, let to):
            let below = entries.filter { $0.key == from || $0.key.hasPrefix(from + "/") }
            for path in below.keys { entries[path] = nil }
            for (path, node) in below { entries[to + path.dropFirst(from.count)] = node }
        }
    }

    private static func touches(_ change: Change, _ directory: String) -> Bool {
        switch change {
        case .link(let path, _), .unlink(let path): parent(of: path) == directory
        case .rename(let from, let to): parent(of: from) == directory || parent(of: to) == directory
        }
    }

    private mutating func drop(_ node: Int) {
        nodes[node]?.links -= 1
        nodes[node]?.nameChanges += 1
        releaseIfUnused(node)
    }

    private static func components(_ path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.filter { $0 != "." }
    }

    private static func join(_ directory: String, _ name: String) -> String {
        directory == "/" ? "/" + name : directory + "/" + name
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
