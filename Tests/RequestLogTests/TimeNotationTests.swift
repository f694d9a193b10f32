import Glibc
import RequestLog
import TestSupport
import Testing

@Suite("Notations of time")
struct TimeNotationTests {
    /// Berlin around the clock changes of 2026, as the tz database has them.
    static let berlin = TimeZone(
        name: "Europe/Berlin", first: 3_600,
        transitions: [
            .init(instant: 1_774_746_000, offset: 7_200), .init(instant: 1_792_890_000, offset: 3_600),
            .init(instant: 1_806_195_600, offset: 7_200),
        ])

    private func read(_ texts: [String], _ zone: TimeZone? = .utc, reference: String = "2026-11-23T12:00:00Z")
        -> [Record]
    {
        var options = ReaderOptions(timeZone: zone)
        options.reference = Timestamp(rfc3339: reference)!
        let lines = texts.map { "{\"time\":\"\($0)\",\"status\":200}" }
        return RequestLogTests.read(Array(lines.joined(separator: "\n").utf8), options: options).records
    }

    private func time(_ text: String, _ zone: TimeZone? = .utc, reference: String = "2026-11-23T12:00:00Z") -> String? {
        read([text], zone, reference: reference).first.map { "\($0.time)" }
    }

    @Test(
        "every notation is the instant that it says",
        arguments: [
            ("17/May/2015:10:05:03 +0000", "2015-05-17T10:05:03Z"),
            ("17/May/2015:10:05:03 -0730", "2015-05-17T17:35:03Z"),
            ("17/may/2015:10:05:03 +02:00", "2015-05-17T08:05:03Z"),
            ("17/May/2015 10:05:03 +0000", "2015-05-17T10:05:03Z"),
            ("17/May/2015 10:05:03.250 +0100", "2015-05-17T09:05:03.250Z"),
            ("25/Feb/2019:16:19:48.143", "2019-02-25T16:19:48.143Z"),
            ("2015/05/17 10:05:03", "2015-05-17T10:05:03Z"),
            ("2015/05/17 10:05:03.5 +0100", "2015-05-17T09:05:03.500Z"),
            ("2023-08-07 14:12:08,838", "2023-08-07T14:12:08.838Z"), ("2023-08-07T14:12:08", "2023-08-07T14:12:08Z"),
            ("2023-08-07T14:12:08+02", "2023-08-07T12:12:08Z"), ("2023-08-07 14:12:08 UTC", "2023-08-07T14:12:08Z"),
            ("2023-08-07 14:12:08.838 +0200", "2023-08-07T12:12:08.838Z"),
            ("2019-12-04\\t21:02:31", "2019-12-04T21:02:31Z"),
            ("Feb 25 16:19:49", "2026-02-25T16:19:49Z"), ("Feb  5 16:19:49", "2026-02-05T16:19:49Z"),
            ("Feb 5 16:19:49", "2026-02-05T16:19:49Z"), ("Dec 31 23:59:59", "2025-12-31T23:59:59Z"),
            ("Sun Mar 13 22:49:15 2016", "2016-03-13T22:49:15Z"), ("Sun Mar  6 02:49:15 2016", "2016-03-06T02:49:15Z"),
            ("Tue, 15 Nov 1994 08:12:31 GMT", "1994-11-15T08:12:31Z"),
            ("28/Feb/2024:23:59:60 +0000", "2024-02-29T00:00:00Z"),
            ("29/Feb/2024:00:00:00 +0000", "2024-02-29T00:00:00Z"),
        ])
    func notations(text: String, instant: String) { #expect(time(text) == instant) }

    @Test(
        "what is no time is a bad_time",
        arguments: [
            "31/Feb/2015:10:05:03 +0000", "29/Feb/2023:10:05:03 +0000", "17/Mai/2015:10:05:03 +0000",
            "17/May/2015:24:05:03 +0000", "17/May/2015:10:60:03 +0000", "17/May/2015:10:05:61 +0000",
            "17/May/2015:10:05:03 +24:00", "17/May/2015:10:05:03 CEST", "17/May/2015", "17/May/2015:10:05",
            "2015/05-17 10:05:03", "2015/13/17 10:05:03", "Feb 30 16:19:49", "Feb 25", "Sun Mar 13 22:49:15", "Sunday",
            "Tue, 15 Nov 1994", "yesterday", "10:05:03", "2023-08-07", "2023-08-07 14:12:08,",
            "00/May/2015:10:05:03 +0000",
        ])
    func bad(text: String) { #expect(time(text) == nil) }

    @Test("a time without a zone is none where nobody says where the clock hung")
    func noZone() {
        for text in ["25/Feb/2019:16:19:48.143", "2023-08-07 14:12:08,838", "Feb 25 16:19:49"] {
            #expect(time(text, nil) == nil)
        }
        #expect(time("17/May/2015:10:05:03 +0000", nil) == "2015-05-17T10:05:03Z")
    }

    @Test("instants from different zones agree")
    func agreement() {
        let texts = [
            "22/Nov/2026:10:14:00 +0000", "22/Nov/2026:11:14:00 +0100", "22/Nov/2026:05:14:00 -0500",
            "2026-11-22T10:14:00Z", "1795342440", "Nov 22 11:14:00", "2026-11-22 11:14:00,000",
        ]
        #expect(Set(read(texts, Self.berlin).map(\.time)).count == 1 && read(texts, Self.berlin).count == texts.count)
    }

    @Test("the year of a time without one is the last that is not ahead of the clock")
    func years() {
        #expect(time("Dec 31 23:59:59", reference: "2027-01-01T00:00:05Z") == "2026-12-31T23:59:59Z")
        #expect(time("Jan  1 00:00:01", reference: "2026-12-31T23:59:59Z") == "2027-01-01T00:00:01Z")
        #expect(time("Feb 29 12:00:00", reference: "2026-03-01T00:00:00Z") == "2024-02-29T12:00:00Z")
        #expect(time("Feb 29 12:00:00", reference: "2027-12-01T00:00:00Z") == "2024-02-29T12:00:00Z")
    }

    @Test("an hour that clocks showed twice is told by the lines around it; one that they skipped has the old offset")
    func folds() {
        // 02:59:59 summer time is followed by 02:00:00 winter time.
        let autumn = ["2026-10-25 02:59:58", "2026-10-25 02:59:59", "2026-10-25 02:00:00", "2026-10-25 02:30:00"]
        #expect(
            read(autumn, Self.berlin).map { "\($0.time)" } == [
                "2026-10-25T00:59:58Z", "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z",
            ])
        #expect(time("2026-10-25 02:30:00", Self.berlin) == "2026-10-25T00:30:00Z")
        #expect(
            read(["2026-10-25 03:00:01", "2026-10-25 02:59:59"], Self.berlin).map { "\($0.time)" }
                == ["2026-10-25T02:00:01Z", "2026-10-25T01:59:59Z"])
        #expect(time("2026-03-29 02:30:00", Self.berlin) == "2026-03-29T01:30:00Z")
        #expect(time("2026-03-29 03:00:00", Self.berlin) == "2026-03-29T01:00:00Z")
    }

    @Test("every local time of a year and more is the instant it came from, or the first of two", arguments: [1, 2, 3])
    func localTimes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<500 {
            let instant = Int64.random(in: 1_767_225_600..<1_812_000_000, using: &random)
            var civil = tm()
            var local = time_t(instant + Self.berlin.offset(at: instant))
            gmtime_r(&local, &civil)
            var buffer = [CChar](repeating: 0, count: 64)
            strftime(&buffer, 64, "%Y-%m-%d %H:%M:%S", &civil)
            let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
            let isSecondOfTwo = (1_792_890_000..<1_792_893_600).contains(instant)
            let found = read([text], Self.berlin)[0].time.nanoseconds / 1_000_000_000
            #expect(found == (isSecondOfTwo ? instant - 3_600 : instant), "seed \(seed): \(text)")
        }
    }

    /// Around the changes of clocks and of years, most lines share their day with the line before and some do not.
    @Test("what the times of the lines before were does not matter", arguments: [1, 2, 3, 4])
    func history(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let days = [
            "2026-03-28", "2026-03-29", "2026-03-30", "2026-07-01", "2026-10-24", "2026-10-25", "2026-10-26",
            "2026-02-29", "2026-13-01", "2026/10/24", "2026-10/24", "2026-10-24T", "2026-10-24\\t",
        ]
        let columns = ["Oct 24", "Oct  5", "Oct 5", "Mar 29", "Dec 31", "Feb 30", "Feb2 5", "Oct\\t24", "Oct 24 "]
        let clf = ["24/Oct/2026:", "24/Oct/2026 ", "31/Feb/2026:", "25/oct/2026:"]
        var texts: [String] = []
        var last = ""
        for _ in 0..<60 {
            let zone = random.oneIn(4) ? [" +0100", "Z", " GMT", " x"][random.below(4)] : ""
            let clock = "\(random.below(2))\(random.below(10)):1\(random.below(10)):0\(random.below(10))"
            if last.isEmpty || random.oneIn(3) { last = random.element(of: days + columns + clf) }
            let gap =
                last.hasSuffix(":") || last.hasSuffix(" ") || last.hasSuffix("T") || last.hasSuffix("t") ? "" : " "
            texts.append(last + gap + clock + [",5", ".25", "", ","][random.below(4)] + zone)
        }
        for texts in [texts, texts.shuffled(using: &random)] {
            // Between two hours of which a line alone cannot say which it is, the lines before decide.
            let isTold = { (text: String) in !text.hasPrefix("2026-10-25") && !text.hasPrefix("25/oct") }
            let together = explained(texts)
            for (text, found) in zip(texts, together) where isTold(text) {
                #expect(found == explained([text])[0], "seed \(seed): \(text)")
            }
        }
    }

    /// The time of each line, or why it has none, by one reader.
    private func explained(_ texts: [String]) -> [String] {
        var options = ReaderOptions(timeZone: Self.berlin)
        options.reference = Timestamp(rfc3339: "2026-11-23T12:00:00Z")!
        var names = Names()
        var context = LineContext.free
        var reader = RecordReader(options: options)
        return texts.map { text in
            let block = GuardedBlock(Array("{\"time\":\"\(text)\",\"status\":200}\n".utf8), padding: 0x22)
            var (counts, offset) = (LineCounts(), 0)
            var batch = RecordBatch()
            _ = reader.read(
                block.block, from: &offset, context: &context, latest: farFuture, names: &names, counts: &counts,
                into: &batch)
            return batch.records.first.map { "\($0.time)" } ?? "rejected"
        }
    }

    @Test("where clocks were steady for a day, a time is what the general rule makes of it")
    func steadiness() {
        var steady = 0
        for local in stride(from: Int64(1_774_500_000), to: 1_807_000_000, by: 1_801) {
            guard let (locals, offset) = Self.berlin.steady(around: local) else { continue }
            steady += 1
            #expect(locals.contains(local))
            for last in [nil, local - 9_000, local, local + 9_000] {
                #expect(Self.berlin.instant(ofLocal: local, last: last) == local - offset, "\(local)")
            }
        }
        #expect(steady > 17_000, "all but two days around each change")
        #expect(TimeZone(name: "fixed", first: 7_200).steady(around: 0)?.offset == 7_200)
    }
}
