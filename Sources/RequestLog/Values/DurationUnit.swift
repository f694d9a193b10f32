/// What one unit of a logged duration is, as a power of ten of nanoseconds. A fact of the format, the key or the value:
/// never a guess.
package enum DurationUnit: UInt8, CaseIterable, Sendable {
    case nanoseconds = 0
    case microseconds = 3
    case milliseconds = 6
    case seconds = 9

    package var symbol: String {
        switch self {
        case .nanoseconds: "ns"
        case .microseconds: "us"
        case .milliseconds: "ms"
        case .seconds: "s"
        }
    }

    package init?(symbol: String) {
        guard let unit = DurationUnit.allCases.first(where: { $0.symbol == symbol }) else { return nil }
        self = unit
    }

    /// The unit a value carries behind its number: `12.7ms`, `0.012s`, `68 micros`.
    init?(suffix: ByteRun) {
        for (word, unit) in DurationUnit.words where suffix.equals(caseBlind: word) {
            self = unit
            return
        }
        return nil
    }

    /// µ is written U+00B5 or U+03BC.
    private static let words: [(StaticString, DurationUnit)] = [
        ("ms", .milliseconds), ("s", .seconds), ("us", .microseconds), ("ns", .nanoseconds),
        ("\u{b5}s", .microseconds), ("\u{3bc}s", .microseconds),
        ("msec", .milliseconds), ("msecs", .milliseconds), ("millis", .milliseconds), ("milliseconds", .milliseconds),
        ("sec", .seconds), ("secs", .seconds), ("second", .seconds), ("seconds", .seconds),
        ("usec", .microseconds), ("micros", .microseconds), ("microseconds", .microseconds),
        ("nsec", .nanoseconds), ("nanos", .nanoseconds), ("nanoseconds", .nanoseconds),
    ]
}

extension ByteRun {
    /// A duration in nanoseconds. A unit in the value beats the given one; with neither it is nil, as is anything that
    /// is not one number of zero or more, up to `Record.longestDuration`.
    @inline(__always)
    func duration(unit: DurationUnit?) -> Int64? {
        guard let (number, length) = Decimal.parse(self) else { return nil }
        var unit = unit
        if length < count {
            guard let written = DurationUnit(suffix: dropFirst(length).trimmed()) else { return nil }
            unit = written
        }
        guard let unit, let nanoseconds = number.scaled(byPowerOfTen: Int(unit.rawValue)),
            nanoseconds <= Record.longestDuration, !(number.isNegative && number.mantissa != 0)
        else { return nil }
        return nanoseconds
    }

    /// Digits, perhaps with a point and more behind them, up to a blank or the end, and the blank: nearly all durations
    /// are written so. Nil for anything else, and where it has to be rounded.
    @inline(__always)
    private func plainDuration(_ unit: DurationUnit, from place: inout Int) -> Int64? {
        var weight: Int64 =
            switch unit {
            case .nanoseconds: 1
            case .microseconds: 1_000
            case .milliseconds: 1_000_000
            case .seconds: 1_000_000_000
            }
        let first = place
        var whole: Int64 = 0
        while place < count, isDigit(self[place]) {
            whole = whole &* 10 &+ Int64(self[place] &- zero)
            place &+= 1
        }
        // Nine digits of seconds are below 2^63 nanoseconds.
        guard place > first, place - first <= 9 else { return nil }
        var nanoseconds = whole &* weight
        if place < count, self[place] == point {
            place &+= 1
            let fraction = place
            while place < count, isDigit(self[place]) {
                weight /= 10
                if weight == 0 { return nil }
                nanoseconds &+= Int64(self[place] &- zero) &* weight
                place &+= 1
            }
            if place == fraction { return nil }
        }
        if place < count {
            guard self[place] == space else { return nil }
            place &+= 1
        }
        return nanoseconds <= Record.longestDuration ? nanoseconds : nil
    }

    /// The sum of plain durations with a blank between two of them; nil for anything else.
    private func plainSum(_ unit: DurationUnit) -> Int64? {
        var sum: Int64 = 0
        var place = 0
        repeat {
            guard let nanoseconds = plainDuration(unit, from: &place) else { return nil }
            sum = min(sum + nanoseconds, Record.longestDuration)
        } while place < count
        return sum
    }

    /// The same where a number below zero says that there is none: `Record.absent`.
    @inline(never)
    func duration(unit: DurationUnit?, _ notation: FieldMeaning.Notation) -> Int64? {
        if notation == .signedSum, let unit, let sum = plainSum(unit) { return sum }
        var sum: Int64 = 0
        var rest = trimmed()
        repeat {
            let length = notation == .signed ? rest.count : rest.firstPlace(of: space, or: space)
            var member = rest.prefix(length)
            rest = rest.dropFirst(length).trimmed()
            if member.count > 1, member[0] == minus, isDigit(member[1]) { return Record.absent }
            if member.count == 1, member[0] == minus { return Record.absent }
            if member.count > 1, member[0] == plus { member = member.dropFirst(1) }
            guard let nanoseconds = member.duration(unit: unit) else { return nil }
            sum = min(sum + nanoseconds, Record.longestDuration)
        } while !rest.isEmpty
        return sum
    }

    /// What a `Server-Timing` header (W3C, "Server Timing" §3) says of one metric, in nanoseconds: 53 ms in
    /// `cache;desc="x", db;dur=53`. Several entries of that name are added.
    func serverTiming(of metric: StaticString) -> Int64? {
        var sum: Int64?
        for entry in split(at: comma) {
            let parts = entry.split(at: UInt8(ascii: ";"))
            guard let name = parts.first, name.trimmed().equals(caseBlind: metric) else { continue }
            for parameter in parts.dropFirst() {
                guard let equals = parameter.firstPlace(of: UInt8(ascii: "=")),
                    parameter.prefix(equals).trimmed().equals(caseBlind: "dur")
                else { continue }
                let value = parameter.dropFirst(equals + 1).trimmed().unquoted()
                guard let (_, length) = Decimal.parse(value), length == value.count,
                    let nanoseconds = value.duration(unit: .milliseconds)
                else { return nil }
                sum = min((sum ?? 0) + nanoseconds, Record.longestDuration)
            }
        }
        return sum
    }

    /// The sum of a list such as nginx writes when it asked several upstreams: `1.000, -, 2.000 : 0.250`.
    func durationSum(unit: DurationUnit?) -> Int64? {
        var end = 0
        if let unit, let only = plainDuration(unit, from: &end), end == count { return only }
        var sum: Int64?
        var rest = self
        while true {
            var length = 0
            while length < rest.count, rest[length] != comma, rest[length] != colon { length += 1 }
            let member = rest.prefix(length).trimmed()
            if !member.isEmpty, !(member.count == 1 && member[0] == minus) {
                guard let nanoseconds = member.duration(unit: unit) else { return nil }
                sum = min((sum ?? 0) + nanoseconds, Record.longestDuration)
            }
            if length >= rest.count { return sum }
            rest = rest.dropFirst(length + 1)
        }
    }
}
