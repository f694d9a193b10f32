extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC, with as many fraction digits (0, 3, 6 or 9) as the instant needs: `2026-11-22T10:14:59.312Z`.
    package var description: String {
        let daysLength: Int64 = 86_400 * 1_000_000_000
        let midnight = floored(to: Span(nanoseconds: daysLength))
        let date = CivilDate(daysSinceEpoch: Int(midnight.nanoseconds / daysLength))
        let ofDay = (self - midnight).nanoseconds
        let seconds = ofDay / 1_000_000_000
        var text = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
        text += "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        let fraction = ofDay % 1_000_000_000
        if fraction != 0 {
            if fraction % 1_000_000 == 0 {
                text += ".\(padded(fraction / 1_000_000, 3))"
            } else if fraction % 1_000 == 0 {
                text += ".\(padded(fraction / 1_000, 6))"
            } else {
                text += ".\(padded(fraction, 9))"
            }
        }
        return text + "Z"
    }
}

private func padded(_ number: some BinaryInteger, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
