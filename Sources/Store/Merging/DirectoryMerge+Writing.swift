import Files
import RequestLog
import RollingWindow
import Snapshots
import SystemPackage

/// What comes out.
extension DirectoryMerge {
    mutating func writeBlocks(of name: String, to path: FilePath) throws(StoreError) {
        var blocks = BlockSelection()
        for file in files[name, default: []] {
            damages += try WholeBlocks.read(file.path, fileSystem, lacksItsEnd: false) { frame, _ in blocks.add(frame) }
        }
        for frame in journaled[name, default: []] { blocks.add(frame) }
        for origin in origins where origin.isWhole {
            blocks.drop(commitsOf: origin.storeID, after: origin.state.sequence)
        }
        let chosen = blocks.chosen
        report.duplicates += blocks.count - chosen.count
        guard !chosen.isEmpty else { return }
        try storing { () throws(FileError) in
            let file = try fileSystem.open(path, .replace)
            for frame in chosen { try file.append(frame.bytes) }
            try file.synchronize()
        }
        report.files += 1
        report.blocks += chosen.count
        report.bytes += chosen.reduce(0) { $0 + UInt64($1.bytes.count) }
    }

    func writeOrigins(_ directory: DataDirectory) throws(StoreError) {
        for (place, origin) in origins.enumerated() {
            let bytes = try encoded(origin.state, origin.storeID)
            try storing { () throws(FileError) in
                let file = try fileSystem.open(directory.origin(UInt64(place) + 1), .replace)
                try file.append(bytes)
                try file.synchronize()
            }
        }
    }

    /// A journal that begins where the stores' ends: an agent here goes on behind what is counted.
    func writeJournal(_ directory: DataDirectory, _ storeID: StoreID) throws(StoreError) {
        var state = CommittedState(counters: Counters(limit: StoreLimits().counterSeries))
        for origin in origins where !origin.isMerged { state.counters.add(origin.state.counters.series, names: names) }
        for (place, log) in knownLogs.enumerated() {
            state.inputs[UInt32(place) + 1] = log.renumbered(UInt32(place) + 1)
        }
        state.extras = extras
        let checkpoint = try encoded(state, storeID)
        try storing { () throws(FileError) in
            _ = try JournalSegment(fileSystem, directory, number: 1, checkpoint: checkpoint)
        }
    }

    /// The logs that were read, each content once; a pipe has none.
    private var knownLogs: [InputState] {
        var known: [InputState] = []
        for origin in origins {
            for input in origin.state.inputs.values.sorted(by: { $0.position.log < $1.position.log }) {
                let fingerprint = input.position.fingerprint
                guard fingerprint.length > 0 else { continue }
                guard !known.contains(where: { $0.source == input.source && $0.position.fingerprint == fingerprint })
                else { continue }
                known.append(input)
            }
        }
        return known
    }

    private func encoded(_ state: CommittedState, _ storeID: StoreID) throws(StoreError) -> [UInt8] {
        do throws(SnapshotError) {
            return try CheckpointRecord.encoded(state, storeID: storeID, names: names)
        } catch {
            throw .tooLarge(error)
        }
    }
}

extension InputState {
    /// Only known here: what was counted of it stands in the ledger of its own store.
    fileprivate func renumbered(_ log: UInt32) -> InputState {
        var position = position
        position.log = log
        position.finished = true
        return InputState(position: position, ledger: InputLedger(), source: source)
    }
}
