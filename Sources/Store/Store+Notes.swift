import Files
internal import SystemPackage

/// What whoever judges health wants to find again: small texts beside the snapshots, which nothing else depends on.
extension Store {
    package enum Note: CaseIterable, Sendable {
        /// The last changes of health, a line each.
        case healthHistory
        /// The last word of an operator.
        case operatorWord
    }

    /// A longer note comes back cut.
    package static let longestNote = 1 << 20

    /// Nil when none was kept.
    package func note(_ note: Note) throws(StoreError) -> String? {
        try storing { () throws(FileError) in try fileSystem.text(of: directory.path(of: note)) }
    }

    /// The old text or the new one is there, after a power cut too.
    package func keep(_ text: String, as note: Note) throws(StoreError) {
        try storing { () throws(FileError) in
            try fileSystem.replace(directory.path(of: note), with: text, isDurable: true)
        }
    }
}

extension DataDirectory {
    fileprivate func path(of note: Store.Note) -> FilePath {
        switch note {
        case .healthHistory: health
        case .operatorWord: operatorWord
        }
    }
}
