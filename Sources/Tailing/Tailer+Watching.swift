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
        guard let watcher, log.gzip == nil else { return }
        guard watcher.watch(file: log.path, of: log.id) else { return goBlind() }
        // The watch goes by the name; only if that still is the log's file will its changes be reported.
        log.isWatched = (try? fileSystem.metadata(of: log.path))?.key == log.key
        if !log.isWatched { watcher.unwatch(log.id) }
    }

    /// From here on everything is looked at, at intervals.
    private func goBlind() {
        if !isBlind { counters.unwatched += 1 }
        isBlind = true
    }
}
