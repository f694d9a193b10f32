package import RequestLog
package import Snapshots
import SystemPackage

/// Which blocks count where several say the same: a slice, a wider one made of it, totals, the journal and copies.
extension SnapshotReader {
    /// The blocks of one hour that count, by store and start; totals of a day come with the day's first hour.
    package mutating func counted(
        in hour: Timestamp, from: Timestamp? = nil, to: Timestamp? = nil, _ detail: Detail = .finest
    ) throws(StoreError) -> [CountedBlock] {
        let counted = try decided(in: hour, from: from, to: to, detail)
        return counted.totals + counted.numbers.map { counted.blocks.blocks[$0] }
    }

    /// The same, apart: what the hour's files have, and what may be elsewhere before long, for it is in the journal alone
    /// or the total of a day.
    package mutating func countedByPlace(
        in hour: Timestamp, from: Timestamp? = nil, to: Timestamp? = nil, _ detail: Detail = .finest
    ) throws(StoreError) -> (filed: [CountedBlock], passing: [CountedBlock]) {
        let counted = try decided(in: hour, from: from, to: to, detail)
        let filed = counted.numbers.filter { $0 < counted.blocks.filed }
        let journaled = counted.numbers.filter { $0 >= counted.blocks.filed }
        let blocks = counted.blocks.blocks
        return (filed.map { blocks[$0] }, counted.totals + journaled.map { blocks[$0] })
    }

    private mutating func decided(
        in hour: Timestamp, from: Timestamp?, to: Timestamp?, _ detail: Detail
    ) throws(StoreError) -> (totals: [CountedBlock], blocks: CountedBlocks, numbers: [Int]) {
        let day = hour.floored(to: DataDirectory.day)
        turn(to: day)
        let totals = try totals(DayQuestion(day: day, from: from, to: to, detail: detail))
        let narrow = hour == day ? totals : []
        if let from, hour + DataDirectory.hour <= from { return (narrow, CountedBlocks(), []) }
        if let to, hour >= to { return (narrow, CountedBlocks(), []) }
        let blocks = try blocks(in: hour, covers: totals)
        let decision = blocks.decide()
        note(decision.conflicts, among: blocks, in: DataDirectory.file(ofHour: hour))
        var counted: [Int] = []
        for number in decision.counted where number >= totals.count {
            counted += blocks.parts(
                of: number, unless: { Self.isWanted($0, from: from, to: to, detail) },
                where: { detail == .outline || shelf.hold($0, all: $1) })
        }
        return (narrow, blocks, counted)
    }

    /// What is in a block that counts.
    package mutating func open(_ block: CountedBlock) throws(SnapshotError) -> OpenedBlock { try shelf.take(block) }

    // MARK: Totals of days

    struct DayQuestion: Equatable {
        var day: Timestamp
        var from: Timestamp?
        var to: Timestamp?
        var detail: Detail
    }

    /// The totals of the day that count as wholes: those in the asked time, and those whose hours are not all there.
    mutating func totals(_ question: DayQuestion) throws(StoreError) -> [CountedBlock] {
        guard dayFiles[question.day] != nil else { return [] }
        if let dayTotals, dayTotals.question == question { return dayTotals.blocks }
        var totals = CountedBlocks()
        for path in (dayFiles[question.day] ?? []).sorted(by: { $0.string < $1.string }) {
            try forEachBlock(of: path) { frame, header in
                if header.isOfDay, header.day == question.day { totals.add(frame, header) }
            }
        }
        let decision = totals.decide()
        note(decision.conflicts, among: totals, in: DataDirectory.file(ofDay: question.day))
        var counted: [CountedBlock] = []
        for number in decision.counted {
            let total = totals.blocks[number]
            if !Self.isWanted(total.header, from: question.from, to: question.to, question.detail),
                try isInHours(total, question.detail)
            {
                continue
            }
            counted.append(total)
        }
        dayTotals = (question, counted)
        return counted
    }

    /// Whether the blocks inside the total of a day have as many requests as it has.
    mutating func isHeldByHours(_ total: CountedBlock, _ detail: Detail) throws(StoreError) -> Bool {
        let requests = detail == .outline ? nil : shelf.requests(of: total)
        if detail != .outline, requests == nil { return false }
        var sum: UInt64 = 0
        var hour = total.header.stretch.start
        while hour < total.header.stretch.end {
            let blocks = try blocks(in: hour, covers: [total], of: total.header.storeID)
            for number in blocks.inside(0) {
                if detail == .outline { return true }
                guard let requests = shelf.requests(of: blocks.blocks[number]) else { return false }
                sum &+= requests
            }
            hour = hour + DataDirectory.hour
        }
        return sum == requests
    }

    private static func isWanted(
        _ header: BlockHeader, from: Timestamp?, to: Timestamp?, _ detail: Detail
    ) -> Bool {
        guard detail == .coarsest || detail == .hours && !header.isOfDay else { return false }
        if let from, header.stretch.start < from { return false }
        if let to, header.stretch.end > to { return false }
        return true
    }

    /// Everything that begins in the hour, behind the covers.
    private mutating func blocks(
        in hour: Timestamp, covers: [CountedBlock], of store: StoreID? = nil
    ) throws(StoreError) -> CountedBlocks {
        var blocks = CountedBlocks()
        for cover in covers { blocks.add(cover.frame, cover.header) }
        for path in (hourFiles[hour] ?? []).sorted(by: { $0.string < $1.string }) {
            for (frame, header) in try recentBlocks(of: path)
            where header.hour == hour && !header.isOfDay && (store == nil || store == header.storeID) {
                blocks.add(frame, header)
            }
        }
        blocks.endFiles()
        for frame in journaled[hour] ?? [] {
            guard let header = try? BlockHeader(frame), store == nil || store == header.storeID else { continue }
            blocks.add(frame, header)
        }
        return blocks
    }

    private mutating func recentBlocks(of path: FilePath) throws(StoreError) -> [RecentFiles.Block] {
        if let known = recentFiles[path] { return known }
        var blocks: [RecentFiles.Block] = []
        try forEachBlock(of: path) { blocks.append(($0, $1)) }
        recentFiles.note(blocks, of: path)
        return blocks
    }

    /// Nobody asks for the day before any more.
    private mutating func turn(to day: Timestamp) {
        guard day != self.day else { return }
        self.day = day
        recentFiles = RecentFiles()
        shelf.clear()
    }

    private mutating func note(
        _ conflicts: [SnapshotMerge.Conflict], among blocks: CountedBlocks, in path: FilePath
    ) {
        for conflict in conflicts {
            let (ignored, counted) = (blocks.blocks[conflict.ignored].header, blocks.blocks[conflict.counted].header)
            note(StoreDamage(ignored, against: counted, in: path, conflict.ignored))
        }
    }
}

extension StoreDamage {
    /// Two blocks that overlap and do not nest.
    init(_ ignored: BlockHeader, against counted: BlockHeader, in path: FilePath, _ wholeBefore: Int) {
        let error = SnapshotError(
            .damaged, offset: 0, "block \(ignored.stretch) of store \(ignored.storeID)",
            found: "of commits \(ignored.commits)",
            expected: "to nest with commits \(counted.commits) of \(counted.stretch)")
        self.init(path: path, error: error, wholeBefore: wholeBefore)
    }
}
