import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport

/// Any bytes as the files of a data directory: the store opens or says why not, goes on from what it found, and finds
/// the same when it is opened again.
@c(LLVMFuzzerTestOneInput)
func fuzzJournal(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let disk = SimulatedFileSystem()
    let files = DataFiles(FuzzInput(start, count).bytes)
    files.write(to: disk)
    files.checkReports(of: disk)

    var names = Names()
    var store = open(disk, &names)
    guard store != nil else {
        _ = read(disk)
        return 0
    }
    let found = StoreContents(store!, names)
    guard found.sequence < SnapshotLimits.lastCommit - 1 else { return 0 }
    _ = read(disk)
    precondition(commit(to: &store!, &names) == found.sequence + 1, "a commit that does not follow the last one")
    let isFlushed = flush(&store!)
    store!.startNewSegment()
    precondition(commit(to: &store!, &names) == found.sequence + 2, "a commit that does not follow the last one")
    let left = StoreContents(store!, names)
    precondition(left.requests == found.requests &+ 2, "the counters did not grow by what was committed")
    store = nil
    let seen = read(disk)
    if isFlushed { precondition(seen.requests >= 2, "what was committed cannot be read") }

    var namesAgain = Names()
    guard let again = open(disk, &namesAgain) else { preconditionFailure("a store that was open does not open again") }
    precondition(StoreContents(again, namesAgain) == left, "other contents when opened again")
    return 0
}

private let directory: FilePath = "/var/lib/plumbline"

/// Nil where the store refuses: then every file is as it was.
private func open(_ disk: SimulatedFileSystem, _ names: inout Names) -> Store? {
    var random = SeededRandom(seed: 1)
    do throws(StoreError) {
        return try Store.open(disk, at: directory, names: &names, generator: &random)
    } catch {
        guard case .newerVersion = error else { preconditionFailure("a disk without faults: \(error)") }
        return nil
    }
}

/// One request in a slice that real journals have too.
private func commit(to store: inout Store, _ names: inout Names) -> UInt64 {
    var record = Record()
    record.time = Timestamp(seconds: 1_763_812_774)
    record.route = names.intern("/fuzz")
    record.status = 200
    record.durationNanoseconds = 1_000_000
    var slice = TimedSlice(slice: Slice(start: record.time.floored(to: .seconds(10)), width: .seconds(10)))
    var cell = Cell()
    cell.add(record)
    slice.add(cell, to: SeriesKey(record, source: names.intern("main")), first: record.time, last: record.time)
    do throws(StoreError) {
        return try store.commit(Commit(slices: [slice], resolutionNanoseconds: 1), names: names)
    } catch {
        preconditionFailure("a disk without faults: \(error)")
    }
}

/// False where an hour file is a newer version's, and left alone.
private func flush(_ store: inout Store) -> Bool {
    do throws(StoreError) {
        try store.flush(slicesEndingBefore: Timestamp(nanoseconds: .max))
        precondition(store.unflushedSlices == 0, "a flush that leaves something behind")
        return true
    } catch {
        guard case .newerVersion = error else { preconditionFailure("a disk without faults: \(error)") }
        return false
    }
}

/// What readers beside the store see.
private func read(_ disk: SimulatedFileSystem) -> (requests: UInt64, isWhole: Bool) {
    var reader = SnapshotReader(disk)
    var names = Names()
    do throws(StoreError) {
        try reader.add(directory: directory)
        let requests = try reader.slices(names: &names).reduce(0) { sum, slice in
            slice.slice.series.values.reduce(sum) { $0 &+ $1.requests }
        }
        return (requests, reader.damages.isEmpty)
    } catch {
        guard case .newerVersion = error else { preconditionFailure("a disk without faults: \(error)") }
        return (.max, false)
    }
}
