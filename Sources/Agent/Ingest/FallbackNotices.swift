import Logging

/// Says when something goes another way than it should, once when it begins; counters go on counting.
struct FallbackNotices {
    /// Cache words that are named in the log; a hostile log can invent them without end.
    static let mostWords = 20

    private var said: Set<String> = []
    private var words: Set<String> = []

    mutating func note<Subject>(_ fallbacks: [Fallback<Subject>], of subject: Subject, _ logger: Logger) {
        for fallback in fallbacks {
            guard let line = fallback.line, fallback.count(subject) > 0 else { continue }
            note(line, logger)
        }
    }

    mutating func note(_ message: String, _ logger: Logger) {
        if said.insert(message).inserted { logger.warning("\(message)") }
    }

    /// What stays for a while and passes.
    mutating func note(_ isSo: Bool, _ message: String, over: String, _ logger: Logger) {
        if isSo {
            note(message, logger)
        } else if said.remove(message) != nil {
            logger.info("\(over)")
        }
    }

    /// Whether this word is to be said.
    mutating func isNews(word: String) -> Bool {
        words.count < FallbackNotices.mostWords && words.insert(word).inserted
    }
}
