package import Files
package import Snapshots
package import SystemPackage

/// Why the store could not do what it was asked. Nothing was counted: every operation can be tried again.
package enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    case locked(FilePath)
    case file(FileError)
    /// The file that was written to is no longer in the data directory.
    case vanished(FilePath)
    case newerVersion(FilePath, SnapshotError)
    case tooLarge(SnapshotError)
    /// A block that was whole a moment ago.
    case damaged(StoreDamage)

    package var description: String {
        switch self {
        case .locked(let directory):
            "\(directory): another agent holds this data directory; expected to be its only writer "
                + "(stop the other one or choose another --data)"
        case .file(let error):
            "\(error); safe to try again"
        case .vanished(let path):
            "\(path): the file is gone from the data directory while it was written; expected to find it there; "
                + "safe to try again: the directory is made anew"
        case .newerVersion(let path, let error):
            "\(path): \(error): written by a newer Plumbline; nothing was changed"
        case .damaged(let damage):
            "\(damage)"
        case .tooLarge(let error):
            "cannot commit: \(error.subject) is \(error.found), expected \(error.expected)"
        }
    }
}

/// A place in the data directory whose bytes are not what they should be. What is whole around it was used.
package struct StoreDamage: Error, Equatable, Sendable, CustomStringConvertible {
    package var path: FilePath
    package var error: SnapshotError
    /// Whole records before it, which were read.
    package var wholeBefore: Int

    package init(path: FilePath, error: SnapshotError, wholeBefore: Int) {
        self.path = path
        self.error = error
        self.wholeBefore = wholeBefore
    }

    package var description: String {
        "\(path): \(error); "
            + (wholeBefore == 1
                ? "1 whole record before it was read" : "\(wholeBefore) whole records before it were read")
    }
}
