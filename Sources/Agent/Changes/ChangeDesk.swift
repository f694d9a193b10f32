package import Comparison
package import Files
import Glibc
import RequestLog
package import Store
package import SystemPackage

/// The change records of one data directory, beside a running agent or without one.
package struct ChangeDesk: Sendable {
    package let directory: DataDirectory
    private let files: ChangeFiles
    private let fileSystem: any FileSystem

    /// Whoever writes a record is done in a moment.
    private static let patience = 5_000

    package init(_ path: FilePath, _ fileSystem: any FileSystem) {
        directory = DataDirectory(path)
        files = ChangeFiles(directory, fileSystem)
        self.fileSystem = fileSystem
    }

    /// Every record, and what is none.
    package func listing() throws(RunFailure) -> ChangeListing {
        let content: ChangeFiles.Content
        do throws(StoreError) { content = try files.all() } catch { throw RunFailure(.damagedData, "\(error)") }
        var records: [ChangeRecord] = []
        var unreadable = content.unreadable
        for (id, bytes) in content.records.sorted(by: { $0.key < $1.key }) {
            do throws(RunFailure) {
                records.append(try decoded(bytes, id))
            } catch {
                unreadable.append(error.message)
            }
        }
        return ChangeListing(records, unreadable: unreadable)
    }

    package func record(_ id: String) throws(RunFailure) -> ChangeRecord {
        guard ChangeRecord.isID(id) else {
            throw RunFailure(.missingInput, "\(directory.changes): expected a change, found no name \"\(id)\"")
        }
        let bytes: [UInt8]?
        do throws(StoreError) { bytes = try files.read(id) } catch { throw RunFailure(.damagedData, "\(error)") }
        guard let bytes else {
            throw RunFailure(
                .missingInput, "\(files.path(id)): no such change; plumbline change list shows those that there are")
        }
        return try decoded(bytes, id)
    }

    private func decoded(_ bytes: [UInt8], _ id: String) throws(RunFailure) -> ChangeRecord {
        let path = files.path(id)
        guard bytes.count <= ChangeFiles.longestRecord else {
            throw RunFailure(.damagedData, "\(path): expected at most 1 MiB, found more")
        }
        let record: ChangeRecord
        do throws(ChangeRecordError) {
            record = try ChangeRecord(bytes)
        } catch {
            throw RunFailure(.damagedData, "\(path): \(error)")
        }
        guard record.id == id else {
            throw RunFailure(.damagedData, "\(path): id: expected \"\(id)\", found \"\(record.id)\"")
        }
        return record
    }

    // MARK: Writing

    /// Reads, changes and replaces a record while nobody else does.
    package func update<Value>(
        _ id: String, _ change: (inout ChangeRecord) throws(RunFailure) -> Value
    ) throws(RunFailure) -> Value {
        let lock = try locked()
        defer { withExtendedLifetime(lock) {} }
        var record = try record(id)
        let value = try change(&record)
        try write(record)
        return value
    }

    /// Stores a new record under the first free name of its title, or under the name it has.
    package func create(
        _ make: (_ others: [ChangeRecord], _ taken: Set<String>) throws(RunFailure) -> ChangeRecord
    ) throws(RunFailure) -> ChangeRecord {
        let lock = try locked()
        defer { withExtendedLifetime(lock) {} }
        let content: ChangeFiles.Content
        do throws(StoreError) { content = try files.all() } catch { throw RunFailure(.damagedData, "\(error)") }
        let record = try make(try listing().records, Set(content.records.keys))
        guard content.records[record.id] == nil else {
            throw RunFailure(.cannotWrite, "\(files.path(record.id)): a change of this name is there already")
        }
        try write(record)
        return record
    }

    /// Takes in a record of another data directory: a copy of one that is here keeps the one that knows more, another
    /// change of the same name gets a number.
    package func adopt(_ record: ChangeRecord) throws(RunFailure) {
        let lock = try locked()
        defer { withExtendedLifetime(lock) {} }
        let known = try listing().records
        if let same = known.first(where: { $0.isSameChange(as: record) }) {
            guard record.weight > same.weight else { return }
            var newer = record
            newer.id = same.id
            return try write(newer)
        }
        var adopted = record
        let taken = Set(known.map(\.id))
        if taken.contains(record.id) { adopted.id = ChangeRecord.id(for: record.id, taken: taken) }
        try write(adopted)
    }

    /// The record first: a hold without a record would keep slices for nobody.
    private func write(_ record: ChangeRecord) throws(RunFailure) {
        let bytes = record.tree.bytes
        guard bytes.count <= ChangeFiles.longestRecord else {
            throw RunFailure(.cannotWrite, "\(files.path(record.id)): expected at most 1 MiB, found more; not written")
        }
        do throws(StoreError) {
            try files.write(record.id, bytes)
            let hold = ChangeDesk.hold(record.id)
            if record.isOpen {
                try Holds.hold(hold, record.heldSpans, directory, fileSystem)
            } else {
                _ = try Holds.release(hold, directory, fileSystem)
            }
        } catch {
            throw RunFailure(.cannotWrite, "cannot write the change: \(error)")
        }
    }

    private static func hold(_ id: String) -> String { "change-\(id)" }

    private func locked() throws(RunFailure) -> any OpenFile {
        let start = AgentClock.monotonicNanoseconds
        while true {
            do throws(StoreError) {
                if let lock = try files.lock() { return lock }
            } catch {
                throw RunFailure(.cannotWrite, "cannot write the change: \(error)")
            }
            guard AgentClock.monotonicNanoseconds - start < Int64(ChangeDesk.patience) * 1_000_000 else {
                throw RunFailure(
                    .cannotWrite,
                    "\(directory.changes): another command has been writing for 5 s; nothing was changed, safe to try "
                        + "again")
            }
            usleep(10_000)
        }
    }
}

extension ChangeRecord {
    /// The baseline, and from each turn on as long as the baseline is.
    var heldSpans: [Holds.Span] {
        let length = max(baseline.to - baseline.from, Timestamp.Span.seconds(3_600))
        let turns = events.filter { $0.kind == .deploy || $0.kind == .rollback || $0.kind == .purge }
        return ([(baseline.from, baseline.to)] + turns.map { ($0.time, $0.time + length) })
            .compactMap { Holds.Span(from: $0.0, to: $0.1) }
    }
}
