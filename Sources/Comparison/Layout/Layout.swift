package import RequestLog

/// Which slices of two sides are compared with which, and what was left out.
package struct Layout: Sendable {
    package private(set) var before: SliceMap
    package private(set) var after: SliceMap
    /// The windows as they are compared: those of BEFORE may be cut to AFTER's time of day.
    package private(set) var beforeWindows: [Side.Window]
    package private(set) var afterWindows: [Side.Window]
    /// Both sides have the same clock slots.
    package private(set) var isMatched = false
    /// Matched over whole days: slots are compared with slots.
    package private(set) var isPaired = false
    /// Both sides happened at the same time.
    package private(set) var isConcurrent = false
    package private(set) var excluded: [Exclusion] = []
    /// Why the data cannot carry a verdict yet.
    package private(set) var shortcomings: [String] = []
    /// The clock times of the sides are apart by this much.
    package private(set) var clockOffset: Timestamp.Span = .zero
    /// A mark asked for a warm-up scan, on fewer slices than it needs.
    package private(set) var isTooShortForWarmUp = false

    static let day = Timestamp.Span.seconds(86_400)
    /// So many slices carry a verdict.
    package static let fewestSlices = 24

    /// - Parameters:
    ///   - change: the change that is judged; the marks of others are not its own.
    ///   - totals: of the sides, where somebody has them.
    package init(
        before: Side, after: Side, change: String?, totals: (before: SliceTotals, after: SliceTotals)? = nil
    ) {
        beforeWindows = before.windows
        afterWindows = after.windows
        self.before = SliceMap([], width: before.sliceWidth)
        self.after = self.before
        isConcurrent = Layout.areConcurrent(before.windows, after.windows)
        if !isConcurrent { beforeWindows = Layout.likeAfter(before.windows, after.windows, before.sliceWidth) }
        align(before.sliceWidth)
        var excludedBefore = excludeMarks(before, beforeWindows, isAfter: false, change)
        var excludedAfter = excludeMarks(after, afterWindows, isAfter: true, change)
        excludedBefore.formUnion(
            excludeGaps(
                before, beforeWindows, totals?.before ?? SliceTotals(before), isAfter: false, known: excludedBefore))
        excludedAfter.formUnion(
            excludeGaps(
                after, afterWindows, totals?.after ?? SliceTotals(after), isAfter: true, known: excludedAfter))
        if isMatched { share(&excludedBefore, &excludedAfter, before, after) }
        self.before = SliceMap(beforeWindows, width: before.sliceWidth, excluded: excludedBefore)
        self.after = SliceMap(afterWindows, width: after.sliceWidth, excluded: excludedAfter)
        let length = beforeWindows.reduce(Int64(0)) { $0 + ($1.to - $1.from).nanoseconds }
        isPaired =
            isMatched && beforeWindows.count == 1 && length >= Layout.day.nanoseconds && self.before.count >= 240
            && self.before.count == self.after.count
        for (name, map) in [("BEFORE", self.before), ("AFTER", self.after)] where map.count < Layout.fewestSlices {
            shortcomings.append(
                "\(name) has \(map.count) slices of \(before.sliceWidth.shortText), and \(Layout.fewestSlices) are "
                    + "needed")
        }
    }

    // MARK: Windows

    /// They overlap for most of the shorter one.
    private static func areConcurrent(_ before: [Side.Window], _ after: [Side.Window]) -> Bool {
        guard let first = before.first, let last = before.last, let start = after.first, let end = after.last else {
            return false
        }
        let overlap = min(last.to, end.to) - max(first.from, start.from)
        let shorter = min((last.to - first.from).nanoseconds, (end.to - start.from).nanoseconds)
        return overlap.nanoseconds > shorter / 2
    }

    /// A BEFORE of days beside an AFTER of hours is cut to the same time of day, each day a window of its own.
    private static func likeAfter(
        _ before: [Side.Window], _ after: [Side.Window], _ width: Timestamp.Span
    ) -> [Side.Window] {
        guard before.count == 1, after.count == 1, (before[0].to - before[0].from) > day else { return before }
        let length = after[0].to - after[0].from
        guard length.nanoseconds < day.nanoseconds * 20 / 24, day.nanoseconds.isMultiple(of: width.nanoseconds) else {
            return before
        }
        var matched: [Side.Window] = []
        var from = after[0].from - day
        while from >= before[0].from {
            if from + length <= before[0].to, isWeekend(from) == isWeekend(after[0].from) {
                matched.append(Side.Window(from: from, to: from + length))
            }
            from = from - day
        }
        return matched.isEmpty ? before : matched.reversed()
    }

    package static func isWeekend(_ time: Timestamp) -> Bool {
        // 1970-01-01 was a Thursday.
        let weekday = (time.floored(to: day).nanoseconds / day.nanoseconds + 4) % 7
        return weekday == 0 || weekday == 6
    }

    /// Windows of whole days at the same clock time are made to begin and end alike.
    private mutating func align(_ width: Timestamp.Span) {
        guard let first = beforeWindows.last, let second = afterWindows.last, afterWindows.count == 1 else { return }
        clockOffset = isConcurrent ? .zero : Layout.clockOffset(first, second)
        guard Layout.day.nanoseconds.isMultiple(of: width.nanoseconds) else { return }
        // An empty slice at either end of a log is nothing that it says of itself: a request more would have made it.
        let days = ((second.from - first.from).nanoseconds + Layout.day.nanoseconds / 2) / Layout.day.nanoseconds
        let shift = Timestamp.Span(nanoseconds: days * Layout.day.nanoseconds)
        let starts = (first.from, second.from - shift)
        let ends = (first.to, second.to - shift)
        let slack = 2 * width.nanoseconds
        guard (starts.0 - starts.1).nanoseconds.magnitude <= UInt64(slack),
            (ends.0 - ends.1).nanoseconds.magnitude <= UInt64(slack)
        else { return }
        isMatched = days != 0 || isConcurrent
        guard beforeWindows.count == 1, !isConcurrent || starts == (first.from, second.from) else { return }
        let (from, to) = (min(starts.0, starts.1), max(ends.0, ends.1))
        beforeWindows[0] = Side.Window(from: from, to: to)
        afterWindows[0] = Side.Window(from: from + shift, to: to + shift)
    }

    /// How far apart the middles of two windows are on a clock; windows of a day and more have every time of day.
    private static func clockOffset(_ first: Side.Window, _ second: Side.Window) -> Timestamp.Span {
        let spans = [first, second].map { $0.to - $0.from }
        guard spans.allSatisfy({ $0 < day }) else { return .zero }
        func middle(_ window: Side.Window) -> Int64 {
            let time = Timestamp(nanoseconds: (window.to - window.from).nanoseconds / 2 + window.from.nanoseconds)
            return (time - time.floored(to: day)).nanoseconds
        }
        let apart = (middle(first) - middle(second)).magnitude
        return Timestamp.Span(nanoseconds: Int64(min(apart, UInt64(day.nanoseconds) - apart)))
    }

    // MARK: Marks

    private mutating func excludeMarks(
        _ side: Side, _ windows: [Side.Window], isAfter: Bool, _ change: String?
    ) -> Set<Int64> {
        var left: Set<Int64> = []
        for mark in side.marks.sorted(by: { $0.time < $1.time }) {
            guard mark.change == nil || mark.change == change,
                let window = windows.first(where: { $0.contains(mark.time) })
            else { continue }
            let (first, behind) = (side.number(of: window.from), side.behind(window.to))
            let slice = side.number(of: mark.time)
            if mark.kind != .purge {
                let other = isAfter ? first..<slice : slice..<behind
                left.formUnion(other)
                note(side, other, mark.kind == .deploy ? .deploy : .rollback, mark, isAfter: isAfter)
                if !isAfter { continue }
            }
            if behind - slice < WarmUp.fewestSlices {
                isTooShortForWarmUp = true
                shortcomings.append(
                    "\(behind - slice) slices after the \(mark.kind.rawValue) at \(mark.time), and "
                        + "\(WarmUp.fewestSlices) are needed to tell how long it warms up")
            }
            let warmUp = WarmUp(side, from: slice, to: behind)
            if !warmUp.isSteady {
                shortcomings.append(
                    "not steady yet after the \(mark.kind.rawValue) at \(mark.time): compare again later")
            }
            let cut = slice..<min(behind, slice + Int64(warmUp.cut))
            left.formUnion(cut)
            note(side, cut, .warmUp, mark, isAfter: isAfter)
        }
        return left
    }

    private mutating func note(
        _ side: Side, _ slices: Range<Int64>, _ reason: Exclusion.Reason, _ mark: Mark? = nil, isAfter: Bool
    ) {
        guard !slices.isEmpty else { return }
        excluded.append(
            Exclusion(
                isAfter: isAfter, from: side.start(of: slices.lowerBound), to: side.start(of: slices.upperBound),
                reason: reason, slices: slices.count, mark: mark))
    }

    // MARK: Gaps

    /// Chance leaves so long without a request once in a million slices.
    private static let unlikely = 14.0

    private mutating func excludeGaps(
        _ side: Side, _ windows: [Side.Window], _ totals: SliceTotals, isAfter: Bool, known: Set<Int64>
    ) -> Set<Int64> {
        var left: Set<Int64> = []
        for window in windows {
            let numbers = side.number(of: window.from)..<side.behind(window.to)
            func requests(_ slice: Int64) -> UInt64 {
                let place = Int(slice - totals.first)
                return place >= 0 && place < totals.requests.count ? totals.requests[place] : 0
            }
            let all = numbers.reduce(UInt64(0)) { $0 + requests($1) }
            let rate = Double(all) / Double(max(1, numbers.count))
            var start = numbers.lowerBound
            while start < numbers.upperBound {
                guard requests(start) == 0, !known.contains(start) else {
                    start += 1
                    continue
                }
                var behind = start
                while behind < numbers.upperBound, requests(behind) == 0, !known.contains(behind) { behind += 1 }
                if Double(behind - start) * rate > Layout.unlikely {
                    left.formUnion(start..<behind)
                    note(side, start..<behind, .gap, isAfter: isAfter)
                }
                start = behind
            }
        }
        return left
    }

    /// What is left out on one side of matched windows is left out at the same clock time on the other.
    private mutating func share(
        _ before: inout Set<Int64>, _ after: inout Set<Int64>, _ beforeSide: Side, _ afterSide: Side
    ) {
        guard beforeWindows.count == 1, let first = beforeWindows.first, let second = afterWindows.first else { return }
        let shift = afterSide.number(of: second.from) - beforeSide.number(of: first.from)
        let (inBefore, inAfter) = (before, after)
        let newBefore = Set(inAfter.map { $0 - shift }).subtracting(inBefore)
        let newAfter = Set(inBefore.map { $0 + shift }).subtracting(inAfter)
        for range in Layout.ranges(newBefore) { note(beforeSide, range, .matched, isAfter: false) }
        for range in Layout.ranges(newAfter) { note(afterSide, range, .matched, isAfter: true) }
        before.formUnion(newBefore)
        after.formUnion(newAfter)
    }

    private static func ranges(_ numbers: Set<Int64>) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        for number in numbers.sorted() {
            if let last = ranges.last, last.upperBound == number {
                ranges[ranges.count - 1] = last.lowerBound..<number + 1
            } else {
                ranges.append(number..<number + 1)
            }
        }
        return ranges
    }
}

extension Timestamp.Span {
    /// `300 s` is `5 min`: the largest unit that divides it.
    package var shortText: String {
        let seconds = nanoseconds / 1_000_000_000
        if seconds > 0, seconds.isMultiple(of: 86_400) { return "\(seconds / 86_400) d" }
        if seconds > 0, seconds.isMultiple(of: 3_600) { return "\(seconds / 3_600) h" }
        if seconds > 0, seconds.isMultiple(of: 60) { return "\(seconds / 60) min" }
        return "\(seconds) s"
    }
}
