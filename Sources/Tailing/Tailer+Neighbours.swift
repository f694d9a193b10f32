import Files
import SystemPackage

/// What stands beside the paths of the inputs: where rotated logs go.
extension Tailer {
    /// The files beside the places: where rotated logs go, and generations that came and went between two looks.
    func lookBeside(_ directory: FilePath, now: Int64) {
        guard let names = names(beside: directory, now: now) else { return }
        for name in names.sorted() {
            let path = directory.appending(name)
            guard places[path] == nil, let (home, role) = homeAndRole(of: path) else { continue }
            guard let input = input(of: home), let metadata = metadata(beside: directory, path, now: now),
                metadata.kind == .regular
            else { continue }
            if let holder = holders[metadata.key] {
                markVisible(holder, path, role)
            } else if metadata.size > 0, !isJudged(metadata) {
                // Empty files are no logs yet, and must not take the room of one.
                if isFull {
                    isCrowded = true
                    retry(now: now)
                } else if isFirstLook && newInputs.contains(input) && role == .rotated {
                    passOver(path, input, metadata)
                } else {
                    do throws(FileError) {
                        _ = try open(path, input, role, now: now)
                    } catch {
                        // It is nobody's input: what is refused there is left alone until it changes.
                        let problem = TailProblem(path, error.errno)
                        if problem.kind != .permission { obscure(directory, problem, now: now) }
                    }
                }
            }
        }
    }

    private func names(beside directory: FilePath, now: Int64) -> [String]? {
        do throws(FileError) {
            return try fileSystem.names(in: directory.isEmpty ? "." : directory)
        } catch {
            let problem = TailProblem(directory, error.errno)
            guard problem.kind != .missing else { return nil }
            obscure(directory, problem, now: now)
            // Nobody knows whether they are gone.
            for log in logs.values where log.path.removingLastComponent() == directory { log.visible = true }
            return nil
        }
    }

    private func metadata(beside directory: FilePath, _ path: FilePath, now: Int64) -> FileMetadata? {
        do throws(FileError) {
            return try fileSystem.metadata(of: path)
        } catch {
            obscure(directory, TailProblem(path, error.errno), now: now)
            return nil
        }
    }

    /// The place that a path stands beside, by its name; nil when it is nobody's neighbour.
    func home(of path: FilePath) -> FilePath? {
        guard let (home, role) = homeAndRole(of: path), role == .rotated else { return nil }
        return home
    }

    func homeAndRole(of path: FilePath) -> (FilePath, Identification.Role)? {
        guard let name = path.lastComponent?.string else { return nil }
        let directory = path.removingLastComponent()
        var neighbour: FilePath?
        var base = name[...]
        while let cut = base.lastIndex(where: { $0 == "." || $0 == "-" }), cut > base.startIndex {
            base = base[..<cut]
            let home = directory.appending(String(base))
            guard input(of: home) != nil || isKnown(home), let role = RotatedName.role(of: name, beside: home) else {
                continue
            }
            if role == .rotated { return (home, role) }
            if neighbour == nil { neighbour = home }
        }
        return neighbour.map { ($0, .neighbour) }
    }

    /// Whether logs of earlier runs stood at a path, in a run over old ones: its inputs are the rotated files alone.
    private func isKnown(_ path: FilePath) -> Bool {
        options.readsToTheEnd && knownGlobs.contains { $0.matches(path) }
    }

    /// The input that matches a path, also when nothing is there at present.
    func input(of path: FilePath) -> Int? {
        if let place = places[path] { return place.input }
        return globs.firstIndex { !$0.isLiteral && $0.matches(path) }
    }
}
