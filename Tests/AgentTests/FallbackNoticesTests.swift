import Testing

@testable import Agent

@Suite("what goes another way is said once")
struct FallbackNoticesTests {
    private let log = RecordingLog()

    private struct Counts {
        var cut: UInt64 = 0
        var moved: UInt64 = 0
    }

    @Test("nothing is said of what has not happened, and once of what happens on and on")
    func once() {
        let fallbacks = [
            Fallback<Counts>("cuts", "Cuts.", line: "Cut") { $0.cut },
            Fallback<Counts>("moves", "Moves.", line: "Moved") { $0.moved },
        ]
        var notices = FallbackNotices()
        notices.note(fallbacks, of: Counts(), log.logger)
        #expect(log.lines == [])
        for count in 1...1_000 as ClosedRange<UInt64> { notices.note(fallbacks, of: Counts(cut: count), log.logger) }
        notices.note(fallbacks, of: Counts(cut: 1_000, moved: 1), log.logger)
        #expect(log.lines == ["warning Cut", "warning Moved"])
    }

    @Test("what passes is said when it begins and when it is over, every time")
    func passing() {
        var notices = FallbackNotices()
        for isSo in [false, true, true, false, false, true] {
            notices.note(isSo, "Paused", over: "Goes on", log.logger)
        }
        #expect(log.lines == ["warning Paused", "info Goes on", "warning Paused"])
    }

    @Test("a word is news once, and a hostile log cannot make news without end")
    func words() {
        var notices = FallbackNotices()
        var news: [String] = []
        for word in ["odd", "odd"] + (0..<1_000).map({ "odd\($0)" }) where notices.isNews(word: word) {
            news.append(word)
        }
        #expect(news == ["odd"] + (0..<FallbackNotices.mostWords - 1).map { "odd\($0)" })
    }
}
