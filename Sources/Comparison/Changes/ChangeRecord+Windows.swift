package import RequestLog

/// Which time of the baseline is compared with which time since the change.
extension ChangeRecord {
    package struct Windows: Equatable, Sendable {
        package var before: Side.Window
        package var after: Side.Window
    }

    /// A baseline up to this long is compared as a whole; of a longer one, what is like AFTER.
    private static let shortBaseline = Timestamp.Span.seconds(4 * 3_600)
    private static let shortestBefore = Timestamp.Span.seconds(3_600)
    private static let day = Timestamp.Span.seconds(86_400)

    /// Nil while nothing was marked, or nothing has happened since.
    ///
    /// AFTER begins with the last deploy or rollback (or else the first purge) and ends at `now`, or as long after its
    /// beginning as the baseline is long, so that further looks do not reach into other times of the day. BEFORE is the
    /// same time of the day where the baseline has it; else the end of the baseline, as long as AFTER.
    package func windows(now: Timestamp) -> Windows? {
        guard let turn, turn.time < now else { return nil }
        let length = baseline.to - baseline.from
        let after = Side.Window(from: turn.time, to: min(now, turn.time + max(length, ChangeRecord.shortestBefore)))
        return Windows(before: before(like: after), after: after)
    }

    private func before(like after: Side.Window) -> Side.Window {
        let whole = Side.Window(from: baseline.from, to: baseline.to)
        let length = after.to - after.from
        guard whole.to - whole.from > ChangeRecord.shortBaseline, length < whole.to - whole.from else { return whole }
        var same = after
        while same.to > whole.to {
            same = Side.Window(from: same.from - ChangeRecord.day, to: same.to - ChangeRecord.day)
        }
        if same.from >= whole.from { return same }
        return Side.Window(
            from: max(whole.from, whole.to - max(length, ChangeRecord.shortestBefore)), to: whole.to)
    }
}
