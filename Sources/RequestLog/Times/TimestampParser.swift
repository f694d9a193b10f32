import CScan

/// Reads the time of a line. Lines of one log share their minute, so the parse of everything before the seconds is
/// remembered and found again with one comparison of 16 bytes.
struct TimestampParser {
    /// `2026-11-22T10:14` as two words, and the instant it stands for.
    private(set) var known = cscan_minute()
    /// The same for `17/May/2015` and `2023-08-07` with the byte behind it: the first eight bytes and the last, and the
    /// days since the epoch.
    var knownDay: (text: (UInt64, UInt64), days: Int64) = ((0, 0), 0)
    /// The same for `Feb 25 `, which is another day for another `latest`.
    var knownDayOfYear: (text: UInt64, latest: Int64, days: Int64) = (0, 0, 0)
    /// The same for `17/May/2015:10:05:` and ` +0000`, without the seconds between them.
    var knownZonedMinute: (text: (UInt64, UInt64, UInt64), seconds: Int64) = ((0, 0, 0), 0)
    /// Where the clock hung that wrote times without a zone; nil: nobody says.
    let zone: TimeZone?
    /// Where clocks showed a time of this range, they had this offset.
    var steady: (locals: Range<Int64>, offset: Int64) = (0..<0, 0)
    /// The last instant, in seconds, that was read from a time without a zone.
    var lastLocal: Int64?

    init(zone: TimeZone? = nil) { self.zone = zone }

    /// Years that a log line may speak of.
    static let years = 1970...2199

    /// RFC 3339 (§5.6): date and time apart by `T`, `t` or a space; any number of fraction digits, those below the
    /// nanosecond are dropped; `Z`, `±hh:mm` or `±hhmm`. A time without a zone is no instant: nil.
    @inline(__always)
    mutating func rfc3339(_ run: ByteRun) -> Timestamp? {
        guard run.count >= 20 else { return nil }
        let minute = (cscan_word(run.start), cscan_word(run.start + 8))
        if minute != known.text {
            guard let seconds = TimestampParser.minute(run) else { return nil }
            known = cscan_minute(text: minute, seconds: seconds)
        }
        guard run[16] == UInt8(ascii: ":"), let second = run.twoDigits(at: 17), second <= 60 else { return nil }
        var place = 19
        var fraction: Int64 = 0
        if run[place] == point {
            place += 1
            let start = place
            var weight: Int64 = 100_000_000
            while place < run.count, isDigit(run[place]) {
                fraction &+= Int64(run[place] &- zero) &* weight
                weight /= 10
                place += 1
            }
            guard place > start else { return nil }
        }
        guard let offset = TimestampParser.zone(run.dropFirst(place)) else { return nil }
        return Timestamp(nanoseconds: (known.seconds + second - offset) * 1_000_000_000 + fraction)
    }

    /// Seconds since the epoch at `yyyy-mm-ddThh:mm`, read as UTC.
    @inline(never)
    private static func minute(_ run: ByteRun) -> Int64? {
        guard let century = run.twoDigits(at: 0), let yearOfCentury = run.twoDigits(at: 2),
            run[4] == minus, let month = run.twoDigits(at: 5),
            run[7] == minus, let day = run.twoDigits(at: 8),
            run[10] | 0x20 == UInt8(ascii: "t") || run[10] == space,
            let hour = run.twoDigits(at: 11), hour < 24,
            run[13] == UInt8(ascii: ":"), let minute = run.twoDigits(at: 14), minute < 60
        else { return nil }
        let date = CivilDate(year: Int(century * 100 + yearOfCentury), month: Int(month), day: Int(day))
        guard years.contains(date.year), date.exists else { return nil }
        return Int64(date.daysSinceEpoch) * 86_400 + hour * 3_600 + minute * 60
    }

    /// Seconds east of UTC.
    @inline(__always)
    private static func zone(_ run: ByteRun) -> Int64? {
        if run.count == 1 { return run[0] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
        guard run.count == 6 || run.count == 5, run[0] == plus || run[0] == minus,
            run.count == 5 || run[3] == UInt8(ascii: ":"),
            let hours = run.twoDigits(at: 1), let minutes = run.twoDigits(at: run.count - 2), hours < 24, minutes < 60
        else { return nil }
        let offset = hours * 3_600 + minutes * 60
        return run[0] == minus ? -offset : offset
    }

    /// A number counts seconds, milliseconds, microseconds or nanoseconds since the epoch, by its digits before the
    /// point: 10, 13, 16 or 19. What is below the nanosecond is dropped.
    func epoch(_ run: ByteRun) -> Timestamp? {
        var digits = 0
        while digits < run.count, isDigit(run[digits]) { digits += 1 }
        var power: Int
        switch digits {
        case 10: power = 9
        case 13: power = 6
        case 16: power = 3
        case 19: power = 0
        default: return nil
        }
        var nanoseconds: UInt64 = 0
        for place in 0..<digits { nanoseconds = nanoseconds &* 10 &+ UInt64(run[place] &- zero) }
        var place = digits
        if place < run.count {
            guard run[place] == point, place + 1 < run.count else { return nil }
            place += 1
            while place < run.count, isDigit(run[place]) {
                if power > 0 {
                    nanoseconds = nanoseconds &* 10 &+ UInt64(run[place] &- zero)
                    power -= 1
                }
                place += 1
            }
            guard place == run.count else { return nil }
        }
        while power > 0 {
            // 10 to 19 digits times the power are 19 digits: below 2^64.
            nanoseconds = nanoseconds &* 10
            power -= 1
        }
        guard nanoseconds < TimestampParser.endOfYears else { return nil }
        return Timestamp(nanoseconds: Int64(nanoseconds))
    }

    private static let endOfYears =
        UInt64(CivilDate(year: years.upperBound + 1, month: 1, day: 1).daysSinceEpoch) * 86_400 * 1_000_000_000
}

extension Timestamp {
    /// RFC 3339 text, as a person writes it on a command line.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8) + Array(repeating: 0, count: ByteRun.padding)
        var parser = TimestampParser()
        let parsed = bytes.withUnsafeBufferPointer { buffer in
            parser.rfc3339(ByteRun(start: buffer.baseAddress!, count: text.utf8.count))
        }
        guard let parsed else { return nil }
        self = parsed
    }
}
