import Logging
import Synchronization
import Testing

@testable import Agent

@Suite("what goes another way is said once")
struct FallbackNoticesTests {
    private let log = Recording()
    private var logger: Logger { Logger(label: "test") { _ in log } }

    @Test("nothing is said of what has not happened, and once of what happens on and on")
    func once() {
        var notices = FallbackNotices()
        notices.note("Cut", count: 0, logger)
        #expect(log.lines == [])
        for count in 1...1_000 as ClosedRange<UInt64> { notices.note("Cut", count: count, logger) }
        notices.note("Moved", count: 1, logger)
        #expect(log.lines == ["warning Cut", "warning Moved"])
    }

    @Test("what passes is said when it begins and when it is over, every time")
    func passing() {
        var notices = FallbackNotices()
        for isSo in [false, true, true, false, false, true] {
            notices.note(isSo, "Paused", over: "Goes on", logger)
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

/// Keeps what is logged.
private final class Recording: LogHandler {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { kept.withLock { $0.append("\(event.level) \(event.message)") } }
}
