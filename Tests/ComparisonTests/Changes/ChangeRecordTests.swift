import Comparison
import RequestLog
import Testing

@Suite("a change record")
struct ChangeRecordTests {
    private func full() throws -> ChangeRecord {
        var record = try sampleChange()
        record.note = "hostile \u{1b}[31m \"note\"\n\u{202e}"
        record.firstChecklist = [ChecklistItem(.cacheStatus, .done, "100 % of 9 requests")]
        record.baseline.format = "nginx"
        record.baseline.configuration = "88a0"
        record.baseline.insights = ["/orders is slow"]
        record.add(ChangeRecord.Event(.deploy, at: morning + .seconds(60), note: "rev 42"))
        record.add(ChangeRecord.Event(.purge, at: morning + .seconds(30)))
        record.add(ChangeRecord.Event(.rollback, at: morning + .seconds(9_000), exitCode: 3))
        var given = verdict(.notMet, at: morning + .seconds(8_000), from: morning + .seconds(60))
        given.reasons = ["the cache was lucky"]
        given.promises = [
            ChangeVerdict.Promise(
                text: "p95 /orders -20%", verdict: .notMet, reason: "", before: 0.352, after: 0.273, total: -0.25,
                code: -0.006, codeLow: -0.1, codeHigh: 0.09, attribution: "cache_mix")
        ]
        given.checklist = [ChecklistItem(.purgeScope, .failed, "/ fell")]
        record.add(given)
        record.closed = morning + .seconds(20_000)
        return record
    }

    @Test("it is read as it was written, and written again byte for byte")
    func roundTrip() throws {
        let record = try full()
        let read = try ChangeRecord(record.tree.bytes)
        #expect(read == record)
        #expect(read.tree.bytes == record.tree.bytes)
    }

    @Test("a file that was cut anywhere is refused, never half read")
    func cut() throws {
        let bytes = try full().tree.bytes
        for length in stride(from: 0, to: bytes.count - 2, by: 7) {
            #expect(throws: ChangeRecordError.self, "cut at \(length)") { try ChangeRecord(Array(bytes[..<length])) }
        }
    }

    @Test(
        "what does not belong is named with its place",
        arguments: [
            ("\"plumbline.change.v1\"", "\"plumbline.change.v2\"", "newer"),
            ("\"plumbline.change.v1\"", "\"x\"", "schema"), ("\"owner\": \"ana\"", "\"owner\": 1", "owner"),
            ("\"deploy\"", "\"explode\"", "events[1].kind"), ("\"p95 /orders -20%\"", "\"p95\"", "expectations"),
            ("\"not_met\"", "\"perhaps\"", "verdicts[0].verdict"), ("\"requests\": 7", "\"requests\": -7", "requests"),
            ("\"cache-it\"", "\"../etc\"", "id"),
        ])
    func damaged(from: String, to: String, place: String) throws {
        let text = String(decoding: try full().tree.bytes, as: UTF8.self)
        let changed = text.replacingFirst(from, to)
        #expect(changed != text)
        let error = #expect(throws: ChangeRecordError.self) { try ChangeRecord(Array(changed.utf8)) }
        #expect(error?.description.contains(place) == true, "\(String(describing: error))")
    }

    @Test("events are in the order of time, whenever they are told")
    func order() throws {
        #expect(try full().events.map(\.kind) == [.purge, .deploy, .rollback])
    }

    // MARK: Where it stands

    private enum Step: CustomTestStringConvertible {
        case mark(ChangeRecord.Event.Kind), say(Verdict), close

        var testDescription: String { "\(self)" }
    }

    @Test(
        "its state is what was done and judged last",
        arguments: [
            ([], .baseline), ([.mark(.deploy)], .deployed), ([.mark(.purge)], .deployed),
            ([.mark(.rehearsal)], .baseline), ([.mark(.deploy), .say(.met)], .met),
            ([.mark(.deploy), .say(.notMet)], .notMet), ([.mark(.deploy), .say(.regressed)], .regressed),
            ([.mark(.deploy), .say(.inconclusive)], .inconclusive),
            ([.mark(.deploy), .say(.notComparable)], .notComparable),
            ([.mark(.deploy), .say(.noExpectation)], .unharmed),
            ([.mark(.deploy), .say(.met), .mark(.deploy)], .deployed),
            ([.mark(.deploy), .say(.regressed), .mark(.rollback)], .rolledBack),
            ([.mark(.deploy), .say(.regressed), .mark(.rollback), .say(.met)], .restored),
            ([.mark(.deploy), .say(.regressed), .mark(.rollback), .say(.regressed)], .notRestored),
            ([.mark(.deploy), .mark(.rollback), .say(.inconclusive)], .inconclusive),
            ([.mark(.deploy), .say(.met), .close], .closed),
        ] as [([Step], ChangeRecord.State)])
    private func state(steps: [Step], expected: ChangeRecord.State) throws {
        var record = try sampleChange()
        for (place, step) in steps.enumerated() {
            let time = morning + .seconds(Int64(place + 1) * 1_000)
            switch step {
            case .mark(let kind): record.add(ChangeRecord.Event(kind, at: time))
            case .say(let said): record.add(verdict(said, at: time, from: record.turn!.time))
            case .close: record.closed = time
            }
        }
        #expect(record.state == expected)
        #expect(record.isOpen == (expected != .closed))
    }

    // MARK: Two at once

    @Test(
        "two that are under way at one time and touch the same routes warn in both",
        arguments: [
            (["/a"], ["/a"], 0, false, true), (["/a"], ["/b"], 0, false, false), ([], ["/b"], 0, false, true),
            ([], [], 0, false, true), (["/a", "/b"], ["/b"], 5_000, false, true),
            // The first one was judged before the second began.
            (["/a"], ["/a"], 5_000, true, false),
        ] as [([String], [String], Int64, Bool, Bool)])
    func overlap(first: [String], second: [String], later: Int64, isJudged: Bool, warns: Bool) throws {
        var one = try sampleChange("one", routes: first, promises: [])
        let two = try sampleChange("two", begun: morning + .seconds(later), routes: second, promises: [])
        if isJudged {
            one.add(ChangeRecord.Event(.deploy, at: morning + .seconds(10)))
            one.add(verdict(.met, at: morning + .seconds(4_000), from: morning + .seconds(10)))
        }
        #expect(one.warnings(among: [one, two]).isEmpty == !warns)
        #expect(two.warnings(among: [one, two]).isEmpty == !warns)
        if warns { #expect(two.warnings(among: [one])[0].contains("you changed two things")) }
    }

    // MARK: Names

    @Test(
        "a title becomes a file name",
        arguments: [
            ("cache the product list", "cache-the-product-list"), ("  Ünïcode & CO!  ", "n-code-co"),
            ("../../etc", "etc"),
            ("\u{1b}[2J", "2j"), ("日本", "change"),
            (String(repeating: "a", count: 99), String(repeating: "a", count: 48)),
        ])
    func slug(title: String, expected: String) {
        #expect(ChangeRecord.slug(title) == expected)
        #expect(ChangeRecord.isID(ChangeRecord.slug(title)))
        #expect(ChangeRecord.id(for: title, taken: [expected, "\(expected)-2"]) == "\(expected)-3")
    }

    // MARK: Windows

    @Test(
        "BEFORE is the whole short baseline, the same time of a long one, or else its end",
        arguments: [
            // Hours of baseline, from its end to the deploy, of AFTER; from and to of BEFORE against the baseline's end.
            (2, 0.0, 1.0, -2.0, 0.0), (2, 0, 2, -2, 0), (4, 1, 1, -4, 0),
            (24, 0, 24, -24, 0), (24, 0, 2, -24, -22), (24, 1, 2, -23, -21),
            // The same time of yesterday is not in it.
            (12, 0, 2, -2, 0), (12, 0, 0.5, -1, 0), (48, 2, 3, -22, -19),
        ] as [(Int64, Double, Double, Double, Double)])
    func windows(hours: Int64, gap: Double, after: Double, from: Double, to: Double) throws {
        func span(_ hours: Double) -> Timestamp.Span { Timestamp.Span(nanoseconds: Int64(hours * 3.6e12)) }
        var record = try sampleChange(hours: hours)
        record.add(ChangeRecord.Event(.deploy, at: morning + span(gap)))
        let windows = try #require(record.windows(now: morning + span(gap + after)))
        #expect(windows.before == Side.Window(from: morning + span(from), to: morning + span(to)))
        #expect(windows.after.from == morning + span(gap))
    }

    @Test("AFTER is no longer than the baseline, and nothing without a mark")
    func after() throws {
        var record = try sampleChange(hours: 2)
        #expect(record.windows(now: morning + .seconds(100)) == nil)
        record.add(ChangeRecord.Event(.deploy, at: morning))
        let windows = try #require(record.windows(now: morning + .seconds(86_400)))
        #expect(windows.after.to == morning + .seconds(7_200))
    }
}

extension String {
    fileprivate func replacingFirst(_ from: String, _ to: String) -> String {
        guard let start = indices.first(where: { self[$0...].hasPrefix(from) }) else { return self }
        return String(self[..<start]) + to + String(self[start...].dropFirst(from.count))
    }
}
