import Agent
import Files
import Health
import RequestLog
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("The changes of health over restarts")
struct HealthHistoryTests {
    private static func change(_ second: Int64, reason: String = "p95 is 9 s over 1m, limit 5 s") -> HealthChange {
        HealthChange(
            time: Timestamp(seconds: second), group: "service", from: .pass, to: .fail, reason: reason)
    }

    @Test("what is written is read again, the newest up to the limit")
    func roundTrip() {
        var history = HealthHistory(limit: 3)
        for second in Int64(1)...5 { history.add(Self.change(second)) }
        let read = HealthHistory(history.text, limit: 3)
        #expect(read == history && read.changes.map(\.time.nanoseconds) == [3, 4, 5].map { $0 * 1_000_000_000 })
    }

    @Test("a reason cannot end its field, and a long one is cut between characters")
    func reasons() {
        var history = HealthHistory(limit: 2)
        history.add(Self.change(1, reason: "a\tb\nc\u{1b}[0m"))
        history.add(Self.change(2, reason: String(repeating: "ä", count: 1_000)))
        let read = HealthHistory(history.text, limit: 2)
        #expect(read.damagedLines == 0 && read.changes.map(\.reason).first == "a b c [0m")
        #expect(read.changes.last?.reason == String(repeating: "ä", count: 175))
    }

    @Test("the largest history fits the file")
    func largest() {
        var history = HealthHistory(limit: 2_000)
        for second in Int64(0)..<2_000 {
            var change = Self.change(1_795_341_600 + second, reason: String(repeating: "x", count: 500))
            change.group = String(repeating: "g", count: 64)
            history.add(change)
        }
        #expect(history.text.utf8.count < Store.longestNote)
    }

    @Test(
        "damaged lines are left out and counted",
        arguments: ["x", "1\ta\tpass\tfail", "1\ta\tpass\tdead\tr", "one\ta\tpass\tfail\tr", "\0\0\0\0"])
    func damage(line: String) {
        var history = HealthHistory(limit: 9)
        history.add(Self.change(1))
        let read = HealthHistory("\(line)\n\(history.text)", limit: 9)
        #expect(read.changes == history.changes && read.damagedLines == 1)
    }

    @Test("the store keeps the text over a restart and a power cut, and has none at first")
    func store() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        #expect(try agent.store.note(.healthHistory) == nil)
        try agent.store.keep("one\n", as: .healthHistory)
        try agent.store.keep("one\ntwo\n", as: .healthHistory)
        try PitfallsTests.restart(agent)
        #expect(try agent.store.note(.healthHistory) == "one\ntwo\n")
    }
}
