import Comparison
import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage

/// Snapshots as inputs: a data directory, beside a running agent too, or a file of blocks.
extension SummaryRun {
    func readDirectory(_ path: FilePath) throws(RunFailure) {
        var reader = SnapshotReader(fileSystem)
        do throws(StoreError) {
            try reader.add(directory: path)
            if let text = reader.extras["primary"] {
                primary = primary ?? names.intern(String(decoding: text, as: UTF8.self))
            }
            let known = snapshots.states.count
            try snapshots.add(directory: path)
            parts += snapshots.states[known...].map { .store($0.storeID) }
        } catch {
            throw RunFailure(snapshots: error)
        }
        if reader.isEmpty {
            throw RunFailure(
                .missingInput,
                "\(path): expected a log, a snapshot file or a data directory (with journal/ or snapshots/), found a "
                    + "directory without snapshots")
        }
    }

    /// Whether a file begins as a block does.
    static func isSnapshotFile(_ file: any OpenFile) throws(FileError) -> Bool {
        let magic = Array(Frame.Kind.block.rawValue.utf8)
        return try file.bytes(at: 0, count: magic.count) == magic
    }

    func readSnapshotFile(_ path: FilePath) throws(RunFailure) {
        do throws(StoreError) { try snapshots.add(file: path) } catch { throw RunFailure(snapshots: error) }
    }

    /// The entries of one store, of its newest state: an older copy of a directory says nothing more.
    func entries(of storeID: StoreID) -> [Ledger.Input] {
        guard let state = snapshots.states.first(where: { $0.storeID == storeID }) else { return [] }
        return state.inputs.filter { !$0.isOnlyKnown }.map { input in
            Ledger.Input(
                path: input.position.path.string, source: input.source, copyOf: input.copyOf, ledger: input.ledger)
        }
    }

    /// Adds what the snapshots hold, when all are known.
    ///
    /// Slices are cut by `--from` and `--to` as wholes: those that begin inside count.
    func readSnapshots() throws(RunFailure) {
        let span = self.span
        let hasLogs = parts.contains { if case .log = $0 { true } else { false } }
        // Totals of days are quicker to read, and slices say more.
        sliced = hasLogs || snapshots.isEmpty ? nil : InsightEvidence(source: primary ?? names.intern("main"))
        do throws(StoreError) {
            try snapshots.forEachBlock(
                from: span.isLimited ? span.from : nil, to: span.isLimited ? span.to : nil, names: &names
            ) { block in
                guard block.header.stretch.start >= span.from, block.header.stretch.start < span.to else { return }
                let (first, last) = (block.header.firstEvent, block.header.lastEvent)
                sliced?.add(block.slice)
                add(TimedSlice(slice: block.slice, firstEvent: first, lastEvent: last))
            }
        } catch {
            throw RunFailure(snapshots: error)
        }
        damages += snapshots.damages.map { "\($0)" }
    }
}

extension RunFailure {
    init(snapshots error: StoreError) {
        switch error {
        case .file(let error): self.init(input: error)
        default: self.init(.damagedData, "\(error)")
        }
    }
}
