import RequestLog
import TestSupport
import Testing

@Suite("Durations and times, exact to the nanosecond")
struct ExactnessTests {
    @Test(
        "a duration is what was written, rounded to the nanosecond",
        arguments: [
            ("12.7", 12_700_000), ("0", 0), ("-0", 0), ("-0.0", 0), ("1e-3", 1_000), ("1E3", 1_000_000_000),
            ("0.000001", 1), ("0.0000005", 1), ("0.00000049", 0), ("0.0000015", 2), ("1.23456749999", 1_234_567),
            ("0.1234565", 123_457), ("123456789.123456", 123_456_789_123_456), ("1e-30", 0), ("1e-300000", 0),
            ("0e300000", 0), ("0.00000000000000000000000001e26", 1_000_000), ("31622400000", Record.longestDuration),
            ("31622400000.000000", Record.longestDuration), ("1.0000000000000000000000001", 1_000_000),
            (#""12.7""#, 12_700_000), (#""12.7ms""#, 12_700_000), (#""0.012s""#, 12_000_000), (#""68 micros""#, 68_000),
            (#""357.313µs""#, 357_313), (#""357.313μs""#, 357_313), (#""5 NS""#, 5), (#""18 msecs""#, 18_000_000),
            (#""1e3us""#, 1_000_000), (#""2 seconds""#, 2_000_000_000), (#"".5""#, 500_000),
        ] as [(String, Int64)])
    func durations(written: String, nanoseconds: Int64) {
        #expect(record(line("\"duration_ms\":" + written))?.durationNanoseconds == nanoseconds)
    }

    @Test(
        "what is no duration is a bad one",
        arguments: [
            "-1", "-1e-12", "-5.5", "31622400000.001", "1e11", "1e400", "1e300000", "99999999999999999999999",
            #""NaN""#,
            #""Infinity""#, #""-inf""#, #""soon""#, #""1,5ms""#, #""5 parsecs""#, #""ms""#, #""1 2""#, #""+5""#,
            #""5ms5""#,
            #""1m2s""#,
        ])
    func badDurations(written: String) throws {
        let found = try #require(fault(line("\"duration_ms\":" + written)))
        #expect(found.reason == .badDuration && found.offset > 50)
    }

    @Test("no duration at all is absent", arguments: ["null", #""""#, #""-""#, "{}", "true"])
    func absentDurations(written: String) {
        #expect(record(line("\"duration_ms\":" + written))?.durationNanoseconds == Record.absent)
    }

    @Test("random durations agree with integer arithmetic", arguments: [1, 2])
    func randomDurations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<3_000 {
            let nanoseconds = Int64.random(in: 0...(1 << Int64.random(in: 0...54, using: &random)), using: &random)
            let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
            let fraction = String(repeating: "0", count: 9 - String(rest).count) + String(rest)
            let found = record(line("\"duration_s\":\(seconds).\(fraction)"))?.durationNanoseconds
            #expect(found == (nanoseconds > Record.longestDuration ? nil : nanoseconds), "seed \(seed)")
        }
    }

    @Test(
        "times of RFC 3339",
        arguments: [
            ("2026-11-22T10:14:59Z", "2026-11-22T10:14:59Z"), ("2026-11-22t10:14:59z", "2026-11-22T10:14:59Z"),
            ("2026-11-22 10:14:59+00:00", "2026-11-22T10:14:59Z"),
            ("2026-11-22T10:14:59-00:00", "2026-11-22T10:14:59Z"),
            ("2026-11-22T10:14:59+0530", "2026-11-22T04:44:59Z"), ("2026-11-22T23:30:00-01:30", "2026-11-23T01:00:00Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"), ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
            ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"), ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2199-12-31T23:59:59.999999999Z", "2199-12-31T23:59:59.999999999Z"),
            ("1970-01-01T00:00:00+01:00", "1969-12-31T23:00:00Z"),
        ])
    func times(written: String, meant: String) { #expect(time("\"\(written)\"")?.description == meant) }

    @Test("fractions of a second with any number of digits", arguments: 1...12)
    func fractions(digits: Int) {
        let fraction = "123456789987".prefix(digits)
        let kept = Int64(fraction.prefix(9))! * (0..<(9 - min(9, digits))).reduce(1) { value, _ in value * 10 }
        let found = time("\"2026-11-22T10:14:59.\(fraction)Z\"")
        #expect(found?.nanoseconds == 1_795_342_499_000_000_000 + kept)
    }

    // GoAccess, tried: it takes 31/Feb for a valid day.
    @Test(
        "what is no time is a bad one",
        arguments: [
            "2026-02-31T10:14:59Z", "2025-02-29T10:14:59Z", "2100-02-29T00:00:00Z", "2026-13-01T10:14:59Z",
            "2026-00-01T10:14:59Z", "2026-11-00T10:14:59Z", "2026-11-22T24:00:00Z", "2026-11-22T10:60:00Z",
            "2026-11-22T10:14:61Z", "2026-11-22T10:14:59", "2026-11-22T10:14Z", "2026-11-22T10:14:59.Z",
            "2026-11-22T10:14:59+1", "2026-11-22T10:14:59+24:00", "2026-11-22T10:14:59+01:60",
            "2026-11-22T10:14:59Zx", "2026-11-22_10:14:59Z", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z",
            "2026-11-22T1a:14:59Z", "2026-11-22T10-14:59Z",
        ])
    func badTimes(written: String) { #expect(fault("{\"time\":\"\(written)\",\"status\":200}")?.reason == .badTime) }

    @Test(
        "epochs by their digits, as numbers and as text",
        arguments: [
            ("1716723772", 1_716_723_772_000_000_000), ("1716723772.6014807", 1_716_723_772_601_480_700),
            ("1716723772.601480789", 1_716_723_772_601_480_789), ("1716723772.6014807899", 1_716_723_772_601_480_789),
            ("1716723772601", 1_716_723_772_601_000_000), ("1716723772601.48", 1_716_723_772_601_480_000),
            ("1716723772601480", 1_716_723_772_601_480_000), ("1716723772601480789", 1_716_723_772_601_480_789),
            ("7258118399", 7_258_118_399_000_000_000),
        ] as [(String, Int64)])
    func epochs(written: String, nanoseconds: Int64) {
        #expect(time(written)?.nanoseconds == nanoseconds && time("\"\(written)\"")?.nanoseconds == nanoseconds)
    }

    @Test(
        "any other number is no time",
        arguments: [
            "0", "171672377", "17167237720", "171672377260", "17167237726014", "171672377260148078",
            "17167237726014807890",
            "-1716723772", "1716723772e0", "1.716723772e9", "7258118400", "9223372036854775807", "9999999999999999999",
            #""1716723772.""#, #""1716723772601480789x""#, #""1716723772x""#, #""1716723772601480789.5x""#,
        ])
    func badEpochs(written: String) { #expect(fault("{\"time\":\(written),\"status\":200}")?.reason == .badTime) }

    @Test("no time at all is a missing one", arguments: [#""""#, #""-""#, "null", "true", "[]"])
    func missingTimes(written: String) {
        #expect(fault("{\"time\":\(written),\"status\":200}")?.reason == .missingTime)
    }

    @Test("minutes that change with every line are all read right", arguments: [1])
    func minutes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let times = (0..<2_000).map { _ in
            Timestamp(nanoseconds: Int64.random(in: 0..<7_258_118_400, using: &random) * 1_000_000_000)
        }
        let reading = read(times.map { "{\"time\":\"\($0)\",\"status\":200}" }.joined(separator: "\n"))
        #expect(reading.records.map(\.time) == times, "seed \(seed)")
    }

    @Test("every day of four hundred years has its number")
    func calendar() {
        var date = CivilDate(year: 1970, month: 1, day: 1)
        for day in 0..<146_097 {
            guard date.daysSinceEpoch == day, CivilDate(daysSinceEpoch: day) == date, date.exists else {
                Issue.record("day \(day) is \(date)")
                return
            }
            date.day += 1
            if !date.exists { (date.day, date.month) = (1, date.month + 1) }
            if date.month == 13 { (date.month, date.year) = (1, date.year + 1) }
        }
    }

    @Test("a time ahead of the clock is a future one")
    func future() {
        var reader = RecordReader()
        let text = Array(line("").utf8)
        let instant = Timestamp(seconds: 1_795_342_499)
        #expect(read(text, with: &reader, latest: instant).counts.accepted == 1)
        let before = Timestamp(nanoseconds: instant.nanoseconds - 1)
        #expect(read(text, with: &reader, latest: before).counts[.futureTime] == 1)
    }

    @Test("the status", arguments: [("100", 100), ("599", 599), (#""204""#, 204)])
    func status(written: String, code: UInt16) {
        #expect(record("{\"time\":\"2026-11-22T10:14:59Z\",\"status\":\(written)}")?.status == code)
    }

    @Test(
        "what is no status",
        arguments: ["0", "99", "600", "999", "20", "2000", "200.0", "2e2", "-200", #""2xx""#, #"" 200""#])
    func badStatus(written: String) {
        #expect(fault("{\"time\":\"2026-11-22T10:14:59Z\",\"status\":\(written)}")?.reason == .badStatus)
    }

    private func time(_ written: String) -> Timestamp? { record("{\"time\":\(written),\"status\":200}")?.time }
}
