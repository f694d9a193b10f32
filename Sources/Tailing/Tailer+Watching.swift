import Files
import SystemPackage

/// What is asked of the watcher, and what it costs when it cannot be had.
extension Tailer {
    var hasUnwatchedLogs: Bool {
        watcher != nil && !isBlind
            && logs.values.contains { $0.stage == .followed && $0.gzip == nil && !$0.isWatched }
    }

    /// Watches the directories of a pattern and all above them, so that also their disappearing and coming back is
    /// reported.
    func watch(directoriesOf pattern: FilePath) {
        var path = pattern
        while let name = path.lastComponent {
            let directory = path.removingLastComponent()
            if Glob(directory.string).isLiteral { watch(directory, prefix: Glob.literalPrefix(of: name.string)) }
            path = directory
        }
    }

    func watch(_ directory: FilePath, prefix: String) {
        guard let watcher else { return }
        if !watcher.watch(directory: directory.isEmpty ? "." : directory, prefix: prefix) { goBlind() }
    }

    func watch(_ log: TailedLog) {
        log.isWatched = false
        guard let watcher, log.gzip == nil else { return }
        // The watch goes by the name, and a file has one watch: asking for another log's file would take it away there.
        guard isAtItsPath(log) else { return }
        guard watcher.watch(file: log.path, of: log.id) else { return goBlind() }
        log.isWatched = isAtItsPath(log)
        guard !log.isWatched else { return }
        // Another file took the name in between; whose ever it is, it is watched anew at the next look.
        watcher.unwatch(log.id)
        for other in logs.values { other.isWatched = false }
    }

    func unwatch(_ log: TailedLog) {
        watcher?.unwatch(log.id)
        log.isWatched = false
    }

    private func isAtItsPath(_ log: TailedLog) -> Bool {
        (try? fileSystem.metadata(of: log.path))?.key == log.key
    }

    /// From here on everything is looked at, at intervals.
    private func goBlind() {
        if !isBlind { counters.unwatched += 1 }
        isBlind = true
    }
}
