import CScan

/// The notations beside RFC 3339 with a zone, each told by its own bytes.
///
/// `17/May/2015:10:05:03 +0000` (Apache's %t, nginx's $time_local; also with a blank before the time of day) · `25/Feb/2019:16:19:48.143` (HAProxy) ·
/// `2015/05/17 10:05:03` · `2023-08-07 14:12:08,838` (Python) · `2019-12-04<TAB>21:02:31` (W3C) ·
/// `Feb 25 16:19:49` (RFC 3164 §4.1.2) · `Sun Mar 13 22:49:15 2016` (C's asctime) · `Tue, 15 Nov 1994 08:12:31 GMT`
/// (RFC 9110 §5.6.7).
extension TimestampParser {
    /// - Parameters:
    ///   - isNumber: it stood there as a JSON number.
    ///   - reference: a time without a year is the last such time, up to a day behind this.
    @inline(__always)
    mutating func instant(_ run: ByteRun, isNumber: Bool, reference: Timestamp) -> Timestamp? {
        if isNumber || run.count < 5 { return epoch(run) }
        if run[4] == minus, let time = rfc3339(run) { return time }
        return otherNotation(run, reference)
    }

    @inline(never)
    private mutating func otherNotation(_ run: ByteRun, _ reference: Timestamp) -> Timestamp? {
        let run = run.trimmed()
        guard run.count > 4 else { return nil }
        if !isDigit(run[0]) { return named(run, reference) }
        if run[2] == slash { return clf(run) }
        if run[4] == minus || run[4] == slash { return yearFirst(run) }
        return epoch(run)
    }

    /// `17/May/2015:10:05:03 +0000`; lines of one log share their minute and their zone, or at least their day.
    private mutating func clf(_ run: ByteRun) -> Timestamp? {
        guard run.count >= 20, run[11] == colon || run[11] == space else { return nil }
        guard run.count == 26 else { return dated(run) }
        // All but the seconds.
        let zone = cscan_word(run.start + 18) & ~0xffff
        let text = (cscan_word(run.start), cscan_word(run.start + 8), zone | UInt64(run[16]) &<< 8 | UInt64(run[17]))
        guard text == knownZonedMinute.text else {
            let time = dated(run)
            if let time, let second = run.twoDigits(at: 18), isZoned(run) {
                knownZonedMinute = (text, time.nanoseconds / 1_000_000_000 - second)
            }
            return time
        }
        guard let second = run.twoDigits(at: 18), second <= 60 else { return nil }
        return Timestamp(seconds: knownZonedMinute.seconds + second)
    }

    private func isZoned(_ run: ByteRun) -> Bool { run[20] == space && (run[21] == plus || run[21] == minus) }

    private mutating func dated(_ run: ByteRun) -> Timestamp? {
        let text = (cscan_word(run.start), cscan_word(run.start + 3))
        if text != knownDay.text {
            guard run[6] == slash, let day = run.twoDigits(at: 0),
                let month = TimestampParser.month(run.dropFirst(3)), let year = run.fourDigits(at: 7),
                let days = TimestampParser.days(year: year, month: month, day: day)
            else { return nil }
            knownDay = (text, days)
        }
        return instant(days: knownDay.days, run.dropFirst(12))
    }

    private mutating func yearFirst(_ run: ByteRun) -> Timestamp? {
        guard run.count >= 19 else { return nil }
        let text = (cscan_word(run.start), cscan_word(run.start + 3))
        if text != knownDay.text {
            guard run[7] == run[4], let year = run.fourDigits(at: 0), let month = run.twoDigits(at: 5),
                let day = run.twoDigits(at: 8), let days = TimestampParser.days(year: year, month: month, day: day),
                run[10] | 0x20 == UInt8(ascii: "t") || run[10] == space || run[10] == tab
            else { return nil }
            knownDay = (text, days)
        }
        return instant(days: knownDay.days, run.dropFirst(11))
    }

    /// What begins with the name of a month or of a day of the week.
    private mutating func named(_ run: ByteRun, _ reference: Timestamp) -> Timestamp? {
        let latest = reference.nanoseconds / 86_400_000_000_000 + 1
        // All but the time of day.
        let text = cscan_word(run.start) & 0xff_ffff_ffff_ffff
        if text == knownDayOfYear.text, latest == knownDayOfYear.latest {
            return instant(days: knownDayOfYear.days, run.dropFirst(7).trimmed())
        }
        if let month = TimestampParser.month(run) {
            guard let (date, rest) = TimestampParser.day(run.dropFirst(3)),
                let days = TimestampParser.days(month: month, day: date, notBehind: latest)
            else { return nil }
            let isInColumns = run.count > 7 && run[3] == space && isDigit(run[5]) && run[6] == space
            if isInColumns { knownDayOfYear = (text, latest, days) }
            return instant(days: days, rest)
        }
        guard TimestampParser.isWeekday(run) else { return nil }
        let rest = run.dropFirst(3)
        if !rest.isEmpty, rest[0] == comma { return rfc9110(rest.dropFirst(1).trimmed()) }
        // asctime: the year comes last.
        let date = rest.trimmed()
        guard date.count >= 15, let month = TimestampParser.month(date),
            let (day, time) = TimestampParser.day(date.dropFirst(3)), time.count >= 13
        else { return nil }
        let end = time.count - 4
        guard let year = time.fourDigits(at: end), time[end - 1] == space,
            let days = TimestampParser.days(year: year, month: month, day: day)
        else { return nil }
        return instant(days: days, time.prefix(end).trimmed())
    }

    private mutating func rfc9110(_ run: ByteRun) -> Timestamp? {
        guard run.count >= 20, let day = run.twoDigits(at: 0), run[2] == space,
            let month = TimestampParser.month(run.dropFirst(3)), run[6] == space, let year = run.fourDigits(at: 7),
            run[11] == space, let days = TimestampParser.days(year: year, month: month, day: day)
        else { return nil }
        return instant(days: days, run.dropFirst(12))
    }

    /// The newest year in which it is no later than a day behind the reference, for clocks differ and logs are of the
    /// past: on the first of January, 31 December is last year's. In days since the epoch, as `latest` is.
    private static func days(month: Int64, day: Int64, notBehind latest: Int64) -> Int64? {
        let year = Int64(CivilDate(daysSinceEpoch: Int(latest)).year)
        // 29 February may be eight years away, around a century.
        for year in stride(from: year, through: year - 8, by: -1) {
            if let days = days(year: year, month: month, day: day), days <= latest { return days }
        }
        return nil
    }

    /// `10:05:03.143 +0100` of a day.
    private mutating func instant(days: Int64, _ time: ByteRun) -> Timestamp? {
        guard time.count >= 8, let hour = time.twoDigits(at: 0), hour < 24, time[2] == colon,
            let minute = time.twoDigits(at: 3), minute < 60, time[5] == colon, let second = time.twoDigits(at: 6),
            second <= 60
        else { return nil }
        var rest = time.dropFirst(8)
        var fraction: Int64 = 0
        if !rest.isEmpty, rest[0] == point || rest[0] == comma {
            var place = 1
            var weight: Int64 = 100_000_000
            while place < rest.count, isDigit(rest[place]) {
                fraction += Int64(rest[place] &- zero) * weight
                weight /= 10
                place += 1
            }
            guard place > 1 else { return nil }
            rest = rest.dropFirst(place)
        }
        let local = days * 86_400 + hour * 3_600 + minute * 60 + second
        let text = rest.trimmed()
        if !text.isEmpty {
            guard let offset = TimestampParser.offset(text) else { return nil }
            return Timestamp(nanoseconds: (local - offset) * 1_000_000_000 + fraction)
        }
        if !steady.locals.contains(local) { steady = zone?.steady(around: local) ?? (0..<0, 0) }
        let instant: Int64
        if steady.locals.contains(local) {
            instant = local - steady.offset
        } else {
            guard let zone else { return nil }
            instant = zone.instant(ofLocal: local, last: lastLocal)
        }
        lastLocal = instant
        return Timestamp(nanoseconds: instant * 1_000_000_000 + fraction)
    }

    /// Seconds east of UTC: `Z`, `GMT`, `UTC`, `+02:00`, `+0200`, `+02`.
    private static func offset(_ run: ByteRun) -> Int64? {
        guard run[0] == plus || run[0] == minus else {
            for word in ["z", "gmt", "utc"] as [StaticString] where run.equals(caseBlind: word) { return 0 }
            return nil
        }
        guard run.count >= 3, let hours = run.twoDigits(at: 1), hours < 24 else {
            return nil
        }
        var minutes: Int64 = 0
        if run.count > 3 {
            let place = run[3] == colon ? 4 : 3
            guard run.count == place + 2, let read = run.twoDigits(at: place), read < 60 else { return nil }
            minutes = read
        }
        let offset = hours * 3_600 + minutes * 60
        return run[0] == minus ? -offset : offset
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64? {
        let date = CivilDate(year: Int(year), month: Int(month), day: Int(day))
        return years.contains(date.year) && date.exists ? Int64(date.daysSinceEpoch) : nil
    }

    /// ` 25 16:19:49` or `  5 16:19:49`: the day, and what stands behind it.
    private static func day(_ run: ByteRun) -> (day: Int64, rest: ByteRun)? {
        let run = run.trimmed()
        if run.count > 2, run[2] == space, let day = run.twoDigits(at: 0) { return (day, run.dropFirst(3).trimmed()) }
        guard run.count > 1, run[1] == space, isDigit(run[0]) else { return nil }
        return (Int64(run[0] - zero), run.dropFirst(2).trimmed())
    }

    /// 1 to 12, by the three letters of its English name.
    private static func month(_ run: ByteRun) -> Int64? {
        place(of: run, in: "jan feb mar apr may jun jul aug sep oct nov dec ").map { $0 + 1 }
    }

    private static func isWeekday(_ run: ByteRun) -> Bool {
        place(of: run, in: "mon tue wed thu fri sat sun ") != nil
    }

    /// Of names of three letters with a blank behind each; eight bytes of the run are readable.
    private static func place(of run: ByteRun, in names: StaticString) -> Int64? {
        guard run.count > 3 else { return nil }
        // Of what is no letter, none becomes one by it.
        let word = (cscan_word(run.start) | 0x20_2020) & 0xff_ffff
        for place in stride(from: 0, to: names.utf8CodeUnitCount, by: 4)
        where UnsafeRawPointer(names.utf8Start + place).loadUnaligned(as: UInt32.self) & 0xff_ffff == UInt32(word) {
            return Int64(place / 4)
        }
        return nil
    }
}

extension ByteRun {
    @inline(__always)
    func twoDigits(at place: Int) -> Int64? {
        guard place + 1 < count, isDigit(start[place]), isDigit(start[place + 1]) else { return nil }
        return Int64(start[place] &- zero) &* 10 &+ Int64(start[place + 1] &- zero)
    }

    func fourDigits(at place: Int) -> Int64? {
        guard let high = twoDigits(at: place), let low = twoDigits(at: place + 2) else { return nil }
        return high * 100 + low
    }
}
