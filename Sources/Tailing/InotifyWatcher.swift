import Glibc
package import SystemPackage

/// Asks the kernel (inotify(7)) what changes. Directories are watched for names, open logs for content.
package final class InotifyWatcher: ChangeWatcher {
    package let descriptor: Int32
    private enum Target {
        /// A directory, with the beginnings of the names that matter.
        case names([[UInt8]])
        case log(UInt32)
    }

    private var targets: [Int32: Target] = [:]
    private var watches: [UInt32: Int32] = [:]
    private var mounts = Mounts()

    /// Nil when the kernel has no inotify instance to give.
    package init?() {
        descriptor = inotify_init1(Int32(O_CLOEXEC) | Int32(O_NONBLOCK))
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    package func watch(directory: FilePath, prefix: String) -> Bool {
        let events = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
        let watch = add(directory, UInt32(events) | UInt32(IN_ONLYDIR))
        switch watch {
        case .success(let number):
            var prefixes: [[UInt8]] = []
            if case .names(let known) = targets[number] { prefixes = known }
            if !prefixes.contains(Array(prefix.utf8)) { prefixes.append(Array(prefix.utf8)) }
            targets[number] = .names(prefixes)
            return mounts.reportsChanges(directory)
        case .failure(.noSuchFileOrDirectory), .failure(.notDirectory):
            // The directories above it are watched and report when it is made.
            return true
        case .failure: return false
        }
    }

    package func watch(file: FilePath, of log: UInt32) -> Bool {
        unwatch(log)
        let events = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF
        guard case .success(let number) = add(file, UInt32(events)) else { return false }
        // One file has one watch, also under two names; the log that asked last gets its reports.
        if case .log(let other) = targets[number] { watches[other] = nil }
        targets[number] = .log(log)
        watches[log] = number
        return mounts.reportsChanges(file)
    }

    package func unwatch(_ log: UInt32) {
        guard let number = watches.removeValue(forKey: log) else { return }
        targets[number] = nil
        _ = inotify_rm_watch(descriptor, number)
    }

    package func takeChanges() -> Changes {
        var changes = Changes()
        withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: MemoryLayout<inotify_event>.alignment) {
            buffer in
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count < 0 && Glibc.errno == EINTR { continue }
                guard count > 0 else { return }
                take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]), into: &changes)
            }
        }
        return changes
    }

    private func take(_ events: UnsafeRawBufferPointer, into changes: inout Changes) {
        let headerCount = MemoryLayout<inotify_event>.size
        var offset = 0
        while offset + headerCount <= events.count {
            let event = events.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let name = events[(offset + headerCount)..<(offset + headerCount + Int(event.len))].prefix { $0 != 0 }
            offset += headerCount + Int(event.len)
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
                changes.everything = true
                continue
            }
            guard let target = targets[event.wd] else { continue }
            let isGone = event.mask & UInt32(IN_IGNORED) != 0
            if isGone { targets[event.wd] = nil }
            switch target {
            case .names(let prefixes):
                // Without a name it is about the directory itself.
                if name.isEmpty || prefixes.contains(where: { name.starts(with: $0) }) { changes.names = true }
            case .log(let log):
                if isGone && watches[log] == event.wd { watches[log] = nil }
                changes.logs.insert(log)
                let moved = UInt32(IN_MOVE_SELF) | UInt32(IN_DELETE_SELF) | UInt32(IN_ATTRIB)
                if event.mask & moved != 0 { changes.names = true }
            }
        }
    }

    private func add(_ path: FilePath, _ events: UInt32) -> Result<Int32, Errno> {
        let number = path.withPlatformString { inotify_add_watch(descriptor, $0, events) }
        return number >= 0 ? .success(number) : .failure(Errno(rawValue: Glibc.errno))
    }
}
