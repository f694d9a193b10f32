package import RequestLog
package import Snapshots
import SystemPackage

/// Which blocks count where several say the same: a slice, a wider one made of it, totals, the journal and copies.
extension SnapshotReader {
    /// The blocks of one hour that count, packed, by store and start; totals of a day come with the day's first hour.
    package mutating func counted(
        in hour: Timestamp, from: Timestamp? = nil, to: Timestamp? = nil, _ detail: Detail = .finest
    ) throws(StoreError) -> [Frame] {
        let counted = try decided(in: hour, from: from, to: to, detail)
        return counted.totals + counted.numbers.map { counted.blocks.frames[$0] }
    }

    /// The same, apart: what the hour's files have, and what may be elsewhere before long, for it is in the journal alone
    /// or the total of a day.
    package mutating func countedByPlace(
        in hour: Timestamp, from: Timestamp? = nil, to: Timestamp? = nil, _ detail: Detail = .finest
    ) throws(StoreError) -> (filed: [Frame], passing: [Frame]) {
        let counted = try decided(in: hour, from: from, to: to, detail)
        let filed = counted.numbers.filter { $0 < counted.blocks.filed }
        let journaled = counted.numbers.filter { $0 >= counted.blocks.filed }
        let frames = counted.blocks.frames
        return (filed.map { frames[$0] }, counted.totals + journaled.map { frames[$0] })
    }

    private mutating func decided(
        in hour: Timestamp, from: Timestamp?, to: Timestamp?, _ detail: Detail
    ) throws(StoreError) -> (totals: [Frame], blocks: CountedBlocks, numbers: [Int]) {
        let day = hour.floored(to: DataDirectory.day)
        let totals = try totals(DayQuestion(day: day, from: from, to: to, detail: detail))
        let narrow = hour == day ? totals : []
        if let from, hour + DataDirectory.hour <= from { return (narrow, CountedBlocks(), []) }
        if let to, hour >= to { return (narrow, CountedBlocks(), []) }
        var blocks = try blocks(in: hour, covers: totals)
        let decision = blocks.decide()
        note(decision.conflicts, among: blocks.headers, in: DataDirectory.file(ofHour: hour))
        var counted: [Int] = []
        for number in decision.counted where number >= totals.count {
            counted += blocks.parts(of: number) { Self.isWanted($0, from: from, to: to, detail) }
        }
        return (narrow, blocks, counted)
    }

    // MARK: Totals of days

    struct DayQuestion: Equatable {
        var day: Timestamp
        var from: Timestamp?
        var to: Timestamp?
        var detail: Detail
    }

    /// The totals of the day that count as wholes: those in the asked time, and those whose hours are not all there.
    mutating func totals(_ question: DayQuestion) throws(StoreError) -> [Frame] {
        guard dayFiles[question.day] != nil else { return [] }
        if let dayTotals, dayTotals.question == question { return dayTotals.frames }
        var totals = CountedBlocks()
        for path in (dayFiles[question.day] ?? []).sorted(by: { $0.string < $1.string }) {
            try forEachBlock(of: path) { frame, header in
                if header.isOfDay, header.day == question.day { totals.add(frame, header) }
            }
        }
        let decision = totals.decide()
        note(decision.conflicts, among: totals.headers, in: DataDirectory.file(ofDay: question.day))
        var frames: [Frame] = []
        for number in decision.counted {
            let isWanted = Self.isWanted(
                totals.headers[number], from: question.from, to: question.to, question.detail)
            let (frame, header) = (totals.frames[number], totals.headers[number])
            if !isWanted, let requests = totals.requestCount(number),
                try isInHours(frame, header, requests: requests)
            {
                continue
            }
            frames.append(frame)
        }
        dayTotals = (question, frames)
        return frames
    }

    /// How many requests the blocks inside the total of a day have; nil when one of them cannot be read.
    mutating func requestsInHours(of total: BlockHeader, _ frame: Frame) throws(StoreError) -> UInt64? {
        var sum: UInt64 = 0
        var hour = total.stretch.start
        while hour < total.stretch.end {
            var blocks = try blocks(in: hour, covers: [frame], of: total.storeID)
            for number in blocks.inside(0) {
                guard let requests = blocks.requestCount(number) else { return nil }
                sum &+= requests
            }
            hour = hour + DataDirectory.hour
        }
        return sum
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
        in hour: Timestamp, covers: [Frame], of store: StoreID? = nil
    ) throws(StoreError) -> CountedBlocks {
        var blocks = CountedBlocks()
        for cover in covers { if let header = try? BlockHeader(cover) { blocks.add(cover, header) } }
        for path in (hourFiles[hour] ?? []).sorted(by: { $0.string < $1.string }) {
            try forEachBlock(of: path) { frame, header in
                guard header.hour == hour, !header.isOfDay, store == nil || store == header.storeID else { return }
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

    private mutating func note(
        _ conflicts: [SnapshotMerge.Conflict], among headers: [BlockHeader], in path: FilePath
    ) {
        for conflict in conflicts {
            note(StoreDamage(headers[conflict.ignored], against: headers[conflict.counted], in: path, conflict.ignored))
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
