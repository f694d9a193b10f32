import Health
import RequestLog
import Testing

@Suite("an operator's word")
struct OperatorWordTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    @Test("to say the same again changes nothing, and only what was said is taken back")
    func after() {
        #expect(OperatorWord.after(nil, .ready, at: now) == nil)
        let drain = OperatorWord.after(nil, .drain, at: now)
        #expect(drain == OperatorWord(.drain, since: now))
        #expect(OperatorWord.after(drain, .drain, at: now + .seconds(9)) == drain)
        let maint = OperatorWord.after(drain, .maint, at: now + .seconds(9))
        #expect(maint == OperatorWord(.maint, since: now + .seconds(9)))
        let ready = OperatorWord.after(maint, .ready, at: now + .seconds(10))
        #expect(ready == OperatorWord(.ready, since: now + .seconds(10)))
        #expect(OperatorWord.after(ready, .ready, at: now + .seconds(99)) == ready)
    }

    @Test(
        "it was just taken back for one minute, and not before it was",
        arguments: [
            (-1, false), (0, true), (59, true), (60, false), (1_000_000, false),
        ])
    func lifted(seconds: Int64, isLifted: Bool) {
        let later = now + .seconds(seconds)
        #expect(OperatorWord(.ready, since: now).isJustLifted(at: later) == isLifted)
        #expect(!OperatorWord(.drain, since: now).isJustLifted(at: later))
    }

    @Test(
        "its line is read as it was written; any other line is none",
        arguments: [
            "", "drain", "stop 1", "drain 1 2", "drain x", "drain 99999999999999999999", "DRAIN 1",
        ])
    func text(damaged: String) {
        for word in OperatorWord.Word.allCases {
            let said = OperatorWord(word, since: now)
            #expect(OperatorWord(text: said.text) == said)
        }
        #expect(OperatorWord(text: damaged) == nil)
    }

    @Test("a drain is a change with its reason, whatever the judgement, which peers go on being told")
    func group() throws {
        var group = GroupHealth(rules: HealthRules(), timing: HealthTiming(), now: now)
        let inputs = HealthInputs(
            now: now, total: HealthPropertyTests.rollup(100, errors: 0, 10), lastEvent: now, blind: nil, lagBytes: 0)
        let good = group.rules.read(inputs)
        func advance(_ second: Int64, _ word: OperatorWord?) -> HealthChange? {
            let moment = HealthMoment(wall: now + .seconds(second), uptime: .seconds(second))
            return group.advance(good, word: word, at: moment)
        }
        #expect(advance(1, nil)?.to == .pass)
        let word = OperatorWord(.drain, since: now + .seconds(2))
        let drained = try #require(advance(2, word))
        #expect(drained.from == .pass && drained.to == .drain)
        #expect(
            drained.reason == "drained by an operator since 22:13Z, until `plumbline health --ready`: \(good.output)")
        #expect(advance(3, word) == nil)
        let answer = group.report.under(word)
        #expect(answer.status == .fail && answer.state == .drain && answer.weight == 0)
        #expect(group.local.status == .pass && group.report.status == .pass && group.report.weight == 1)
        let lifted = try #require(advance(4, OperatorWord(.ready, since: now + .seconds(4))))
        #expect(lifted.from == .drain && lifted.to == .pass && lifted.reason == good.output)
        #expect(group.changes == 3)
    }

    @Test("one that an earlier run left stands from the first answer on")
    func restart() {
        let word = OperatorWord(.maint, since: now)
        let group = GroupHealth(rules: HealthRules(), timing: HealthTiming(), word: word, now: now + .seconds(5))
        #expect(group.state == .maint)
        #expect(group.report.under(word).status == .fail)
    }
}
