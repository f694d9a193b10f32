import Files

/// The changes of health, for whoever judges it: a small text beside the snapshots, which nothing else depends on.
extension Store {
    /// A longer text comes back cut.
    package static let longestHealthHistory = 1 << 20

    /// Nil when none was kept.
    package func healthHistory() throws(StoreError) -> String? {
        try storing { () throws(FileError) in try fileSystem.text(of: directory.health) }
    }

    /// The old text or the new one is there, after a power cut too.
    package func keepHealthHistory(_ text: String) throws(StoreError) {
        try storing { () throws(FileError) in
            try fileSystem.replace(directory.health, with: text, isDurable: true)
        }
    }
}
