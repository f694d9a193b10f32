import Files
import SystemPackage

/// The names: what stands at the paths of the inputs and beside them.
extension Tailer {
    func lookAtNames(now: Int64, _ sink: inout some TailSink) {
        isCrowded = false
        hindered = []
        for log in logs.values { log.visible = false }
        for candidate in candidates.values { candidate.visible = false }
        let directories = findPlaces(now: now, &sink)
        let paths = places.keys.sorted { $0.string < $1.string }
        let empty = paths.filter { lookAt($0, now: now, &sink) == .empty }
        if !options.readsToTheEnd { for directory in directories { lookBeside(directory, now: now) } }
        // An empty file is no log yet: those with content have the room first.
        for path in empty { lookAt(path, evenEmpty: true, now: now, &sink) }
        for log in logs.values where log.stage == .followed {
            let stands = places[log.path].map { $0.owner == .log(log.id) } ?? false
            log.adrift = !log.visible
            log.rotated = !stands || home(of: log.path) != nil
            if !log.isWatched && log.visible { watch(log) }
        }
    }

    /// Matches the globs; directories are watched before they are listed, so that nothing falls between.
    private func findPlaces(now: Int64, _ sink: inout some TailSink) -> [FilePath] {
        var found: Set<FilePath> = []
        var directories: Set<FilePath> = []
        for (input, glob) in globs.enumerated() {
            watch(directoriesOf: glob.pattern)
            let (matched, listed, unlisted) = glob.expand(in: fileSystem)
            if !unlisted.isEmpty { retry(now: now) }
            let paths = matched + places(ofInput: input, under: unlisted.map(\.path))
            for (directory, prefix) in listed {
                watch(directory, prefix: prefix)
                if directory.components.count + 1 == glob.pattern.components.count { directories.insert(directory) }
            }
            for path in paths {
                found.insert(path)
                directories.insert(path.removingLastComponent())
                if places[path] == nil { places[path] = Place(path: path, input: input) }
            }
            if !glob.isLiteral {
                let reason = TailProblem(glob.pattern, unlisted.first?.kind ?? .missing)
                report(paths.isEmpty ? reason : nil, ofGlob: glob.pattern, input, &sink)
            }
        }
        for (path, place) in places where !found.contains(path) && !isGlobItself(place) {
            places[path] = nil
            if place.problem != nil { sink.recovered(path) }
        }
        return directories.sorted { $0.string < $1.string }
    }

    /// A directory that cannot be listed at present says nothing of what stands in it.
    private func places(ofInput input: Int, under directories: [FilePath]) -> [FilePath] {
        guard !directories.isEmpty else { return [] }
        return places.values.filter { place in
            place.input == input && !isGlobItself(place) && directories.contains { place.path.starts(with: $0) }
        }.map(\.path)
    }

    private func isGlobItself(_ place: Place) -> Bool {
        !globs[place.input].isLiteral && globs[place.input].pattern == place.path
    }

    /// A glob that matches nothing is waited for like a path that is missing; its place is never a file's.
    private func report(
        _ problem: TailProblem?, ofGlob pattern: FilePath, _ input: Int, _ sink: inout some TailSink
    ) {
        var place = places[pattern] ?? Place(path: pattern, input: input)
        perform(place.become(problem), pattern, &sink)
        places[pattern] = problem == nil ? nil : place
    }

    private enum Sight { case empty, done }

    /// - Parameter evenEmpty: opens the file also if nothing is in it.
    @discardableResult
    private func lookAt(
        _ path: FilePath, evenEmpty: Bool = false, now: Int64, _ sink: inout some TailSink
    ) -> Sight {
        guard var place = places[path], !isGlobItself(place) else { return .done }
        defer { places[path] = place }
        do throws(FileError) {
            let metadata = try fileSystem.metadata(of: path)
            switch metadata.kind {
            case .directory: throw FileError(.open, path, .isDirectory)
            case .other: throw FileError(.open, path, .invalidArgument)
            case .regular: break
            }
            if isFirstLook, options.firstStart, !inputs[place.input].fromStart, place.present == nil {
                place.present = options.presentAtStart.map { $0[path] } ?? metadata
            }
            let holder = holders[metadata.key] ?? .nobody
            switch place.decide(holder: holder) {
            case .nothing: markVisible(holder, path, role(ofPlace: path))
            case .attach(let owner):
                place.owner = owner
                markVisible(owner, path, role(ofPlace: path))
            case .open:
                place.owner = .nobody
                if isJudged(metadata) { break }
                if metadata.size == 0, !evenEmpty { return .empty }
                if isFull {
                    isCrowded = isCrowded || metadata.size > 0
                    retry(now: now)
                    perform(place.become(TailProblem(path, .tooMany)), path, &sink)
                    return .done
                }
                let file = try open(path, place.input, role(ofPlace: path), now: now)
                place.owner = file.map { .candidate($0) } ?? .nobody
                guard file != nil else { return .done }
            }
            perform(place.become(nil), path, &sink)
        } catch {
            place.owner = .nobody
            let problem = TailProblem(path, error.errno)
            if problem.kind != .missing { retry(now: now) }
            perform(place.become(problem), path, &sink)
        }
        return .done
    }

    /// The files beside the places: where rotated logs go, and generations that came and went between two looks.
    private func lookBeside(_ directory: FilePath, now: Int64) {
        guard let names = names(beside: directory, now: now) else { return }
        for name in names.sorted() {
            let path = directory.appending(name)
            guard places[path] == nil, let (home, role) = homeAndRole(of: path) else { continue }
            guard let input = input(of: home) else { continue }
            do throws(FileError) {
                try lookAt(path, input, role, now: now)
            } catch {
                // What may not be opened here is nobody's input: it is left alone until it changes.
                guard case .failure = TailProblem(path, error.errno).kind else { continue }
                hindered.insert(home)
                retry(now: now)
            }
        }
    }

    private func lookAt(
        _ path: FilePath, _ input: Int, _ role: Identification.Role, now: Int64
    ) throws(FileError) {
        let metadata = try fileSystem.metadata(of: path)
        guard metadata.kind == .regular else { return }
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
                _ = try open(path, input, role, now: now)
            }
        }
    }

    private func names(beside directory: FilePath, now: Int64) -> [String]? {
        do throws(FileError) {
            return try fileSystem.names(in: directory.isEmpty ? "." : directory)
        } catch {
            let problem = TailProblem(directory, error.errno)
            guard problem.kind != .missing else { return nil }
            retry(now: now)
            if case .failure = problem.kind { hindered.insert(directory) }
            // Nobody knows whether they are gone.
            for log in logs.values where log.path.removingLastComponent() == directory { log.visible = true }
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
    private func input(of path: FilePath) -> Int? {
        if let place = places[path] { return place.input }
        return globs.firstIndex { !$0.isLiteral && $0.matches(path) }
    }

    private func role(ofPlace path: FilePath) -> Identification.Role { home(of: path) == nil ? .matched : .rotated }

    /// Of several names of one file the one that an input matches is kept.
    private func markVisible(_ owner: Place.Owner, _ path: FilePath, _ role: Identification.Role) {
        switch owner {
        case .nobody: break
        case .candidate(let key):
            guard let candidate = candidates[key] else { return }
            candidate.visible = true
            guard candidate.path != path else { return }
            if role != .matched, places[candidate.path]?.owner == owner { return }
            candidate.path = path
            candidate.role = role
            candidate.compared = nil
        case .log(let id):
            guard let log = logs[id] else { return }
            log.visible = true
            guard log.path != path, places[log.path]?.owner != owner else { return }
            log.path = path
            log.changed = true
        }
    }

    private var isFull: Bool { openLogCount + candidates.count >= options.openLogs }

    private func isJudged(_ metadata: FileMetadata) -> Bool {
        guard let judgement = judged[metadata.key], judgement.metadata == metadata else { return false }
        if let log = judgement.log { logs[log]?.visible = true }
        return true
    }

    private func open(
        _ path: FilePath, _ input: Int, _ role: Identification.Role, now: Int64
    ) throws(FileError) -> FileKey? {
        let file = try fileSystem.open(path, .read)
        let key = try file.metadata().key
        // Between stat and open another file can have taken the name, even one that is open already.
        guard holders[key] == nil else {
            retry(now: now)
            return nil
        }
        candidates[key] = Candidate(path: path, input: input, role: role, file: file, key: key)
        holders[key] = .candidate(key)
        return key
    }

    func perform(_ report: Place.Report?, _ path: FilePath, _ sink: inout some TailSink) {
        switch report {
        case .problem(let problem): sink.problem(problem)
        case .recovered: sink.recovered(path)
        case nil: break
        }
    }
}
