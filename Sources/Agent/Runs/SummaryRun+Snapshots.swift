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
            try readBlocks(of: &reader)
            ledger.inputs += reader.inputs.map { input in
                Ledger.Input(
                    path: input.position.path.string, source: input.source, copyOf: input.copyOf, ledger: input.ledger)
            }
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
        var reader = SnapshotReader(fileSystem)
        do throws(StoreError) {
            try reader.add(file: path)
            try readBlocks(of: &reader)
        } catch {
            throw RunFailure(snapshots: error)
        }
    }

    /// Slices are cut by `--from` and `--to` as wholes: those that begin inside count.
    private func readBlocks(of reader: inout SnapshotReader) throws(StoreError) {
        let span = self.span
        var found: [TimedSlice] = []
        var source: NameID?
        try reader.forEachBlock(
            from: span.isLimited ? span.from : nil, to: span.isLimited ? span.to : nil, names: &names
        ) { block in
            guard block.header.stretch.start >= span.from, block.header.stretch.start < span.to else { return }
            source = source ?? block.series.keys.first?.source
            found.append(
                TimedSlice(slice: block.slice, firstEvent: block.header.firstEvent, lastEvent: block.header.lastEvent))
        }
        for slice in found { add(slice) }
        if primary == nil, Set(found.flatMap { $0.slice.series.keys.map(\.source) }).count == 1 { primary = source }
        damages += reader.damages.map { "\($0)" }
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
