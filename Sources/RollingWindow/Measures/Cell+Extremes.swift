/// Extremes cannot be subtracted, so whoever subtracts takes them anew with these.
extension Cell {
    /// Whether one of this sum's extremes may have come from the part.
    func sharesExtremes(with part: Cell) -> Bool {
        func shares(_ whole: Extremes, _ part: Extremes) -> Bool {
            !part.isNone && (part.min <= whole.min || part.max >= whole.max)
        }
        return shares(durations.extremes, part.durations.extremes) || shares(calls.extremes, part.calls.extremes)
    }

    mutating func forgetExtremes() {
        durations.extremes = .none
        calls.extremes = .none
    }

    mutating func addExtremes(durations: Extremes, calls: Extremes) {
        self.durations.extremes.add(durations)
        self.calls.extremes.add(calls)
    }
}
