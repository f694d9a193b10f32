import Exposition
import Health
import RequestLog
import Testing

@Suite("the line of HAProxy's agent-check")
struct AgentCheckTextTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    @Test(
        "the weight in percent, never nothing",
        arguments: [
            (1.0, "up 100%\n"), (0.1, "up 10%\n"), (0.01, "up 1%\n"), (0.001, "up 1%\n"), (0, "up 1%\n"),
            (0.555, "up 56%\n"), (2, "up 100%\n"), (-1, "up 1%\n"),
        ])
    func weight(weight: Double, line: String) {
        #expect(AgentCheckText.line(weight: weight, word: nil, now: now) == line)
    }

    @Test("an operator's word, and for one minute that it was taken back")
    func word() {
        func line(_ word: OperatorWord.Word, secondsAgo: Int64) -> String {
            AgentCheckText.line(weight: 0.5, word: OperatorWord(word, since: now - .seconds(secondsAgo)), now: now)
        }
        #expect(line(.drain, secondsAgo: 9_999) == "drain\n")
        #expect(line(.maint, secondsAgo: 0) == "maint\n")
        #expect(line(.ready, secondsAgo: 59) == "ready up 50%\n")
        #expect(line(.ready, secondsAgo: 60) == "up 50%\n")
    }
}
