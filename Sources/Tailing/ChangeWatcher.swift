package import SystemPackage

/// Says what may have changed, so that nobody has to look everywhere all the time.
package protocol ChangeWatcher: AnyObject {
    /// Readable (poll(2)) when there is something to take.
    var descriptor: Int32 { get }

    /// Reports names in this directory that begin with `prefix`; asking again adds to what is reported.
    ///
    /// False when they will not be reported although the directory exists.
    func watch(directory: FilePath, prefix: String) -> Bool

    /// False when changes of this file will not be reported.
    func watch(file: FilePath, of log: UInt32) -> Bool

    func unwatch(_ log: UInt32)

    func takeChanges() -> Changes
}

/// What may have changed since the last time it was asked.
package struct Changes: Equatable, Sendable {
    /// Reports were lost, or nothing is known.
    package var everything = false
    /// A name appeared, disappeared or changed its permissions in a watched directory.
    package var names = false
    /// These logs were written to or cut.
    package var logs: Set<UInt32> = []

    package init() {}
}

/// What tailing did not do the quiet way, counted since the start.
package struct TailCounters: Equatable, Sendable {
    /// Directories or files that cannot be watched: everything is looked at every 250 ms.
    package var unwatched: UInt64 = 0
    /// Times that the queue of reports overflowed and everything was looked at.
    package var overflows: UInt64 = 0
    /// Files whose read content was found overwritten or cut.
    package var truncations: UInt64 = 0
    /// Logs that were found again under another name or compressed.
    package var relocations: UInt64 = 0

    package init() {}
}
