import Files
import RequestLog
import RollingWindow
import Snapshots
import SystemPackage

extension Store {
    enum CompactionResult {
        case gone
        /// The file as it is now, and whether every block of this store in it took part.
        case unchanged(HourFile.Mark, isSettled: Bool)
        case changed(HourFile.Mark, isSettled: Bool)
        /// Its blocks contradict each other, or a total of the day would.
        case impossible
    }

    /// Merges the slices of an hour to the width of a tier and puts the total of the hour beside them: a new file in
    /// the place of the old one.
    ///
    /// - Parameters:
    ///   - through: every commit up to this one is in hour files.
    ///   - days: the totals of the day; what is made here must be inside them or behind them.
    mutating func compact(
        _ hour: Timestamp, to tier: Tier, through: UInt64, days: [BlockHeader]
    ) throws(StoreError) -> CompactionResult {
        guard let file = try BlockFile(fileSystem, directory.hourFile(hour)) else { return .gone }
        note(file.damages)
        let plan = try HourPlan(file.headers, of: storeID, through: through, tier: tier) {
            (fine, roots) throws(StoreError) in try requests(fine, file) == requests(roots, file)
        }
        note(
            plan.conflicts.map {
                StoreDamage(file.headers[$0.ignored], against: file.headers[$0.counted], in: file.path, $0.ignored)
            })
        guard plan.conflicts.isEmpty else { return .impossible }
        let isSettled = !plan.kept.contains { file.headers[$0].storeID == storeID }
        if plan.isDone || plan.roots.isEmpty, file.damages.isEmpty {
            return .unchanged(file.mark, isSettled: isSettled)
        }

        var output = HourOutput()
        do throws(StoreError) {
            try fill(&output, plan, file, hour)
        } catch {
            // Wider than the format allows: the slices stay as they are.
            guard case .tooLarge = error else { throw error }
            statistics.blocksTooLarge += 1
            return .unchanged(file.mark, isSettled: isSettled)
        }
        guard
            output.headers.allSatisfy({ made in
                days.allSatisfy { !$0.commits.overlaps(made.commits) || $0.commits.contains(made.commits) }
            })
        else { return .impossible }
        let mark = try replace(file, with: output.blocks)
        statistics.blocksMerged += UInt64(plan.slices.reduce(0) { $0 + $1.blocks.count - 1 })
        if file.mark.length > mark.length { statistics.bytesSaved += file.mark.length - mark.length }
        if tier == .total { statistics.hoursReduced += 1 } else { statistics.hoursCompacted += 1 }
        return .changed(mark, isSettled: isSettled)
    }

    /// What a new file holds: the total of the hour, the slices in order, what is left as it is.
    private struct HourOutput {
        var blocks: [[UInt8]] = []
        /// Of the blocks that are not just copied.
        var headers: [BlockHeader] = []
    }

    private func fill(
        _ output: inout HourOutput, _ plan: HourPlan, _ file: BlockFile, _ hour: Timestamp
    ) throws(StoreError) {
        var names = Names()
        var total: SnapshotBlock?
        let stretch = Stretch(start: hour, width: DataDirectory.hour)
        func count(_ block: SnapshotBlock) {
            if total?.absorb(block) == nil { total = block.widened(to: stretch) }
        }
        var rest = Set(plan.roots)
        for slice in plan.slices {
            var merged: SnapshotBlock?
            for number in slice.blocks {
                let block = try file.block(number, names: &names)
                if rest.remove(number) != nil { count(block) }
                if merged?.absorb(block) == nil { merged = block.widened(to: slice.stretch) }
            }
            guard let merged else { continue }
            output.headers.append(merged.header)
            output.blocks.append(try encoded(merged, names))
        }
        for number in plan.roots where rest.contains(number) { count(try file.block(number, names: &names)) }
        if let total {
            output.headers.append(total.header)
            output.blocks.insert(try encoded(total, names), at: 0)
        }
        for number in plan.kept { output.blocks.append(try file.frame(number).bytes) }
    }

    func encoded(_ block: SnapshotBlock, _ names: Names) throws(StoreError) -> [UInt8] {
        do throws(SnapshotError) {
            return try block.encoded(names: names, level: limits.snapshotCompression)
        } catch {
            throw .tooLarge(error)
        }
    }

    func requests(_ numbers: [Int], _ file: BlockFile) throws(StoreError) -> UInt64 {
        var sum: UInt64 = 0
        for number in numbers { sum &+= try file.requests(number) }
        return sum
    }

    /// Puts a new file in the place of one that was read; a damaged one goes aside first.
    mutating func replace(_ file: BlockFile, with blocks: [[UInt8]]) throws(StoreError) -> HourFile.Mark {
        let target = HourFile(fileSystem: fileSystem, path: file.path)
        var failures: UInt64 = 0
        defer { statistics.cleanupFailures += failures }
        if !file.damages.isEmpty {
            try storing { () throws(FileError) in try target.setAside() }
        }
        let mark = try storing { () throws(FileError) in try target.replace(with: blocks, cleanupFailures: &failures) }
        statistics.synchronizations += 1
        statistics.bytesWritten += mark.length
        return mark
    }
}
