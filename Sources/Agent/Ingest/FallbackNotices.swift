import Logging

/// Says when something goes another way than it should, once when it begins; counters go on counting.
struct FallbackNotices {
    /// Cache words that are named in the log; a hostile log can invent them without end.
    static let mostWords = 20

    private var said: Set<String> = []
    private var words: Set<String> = []

    /// - Parameter count: how often it has happened since the start.
    mutating func note(_ message: String, count: UInt64, _ logger: Logger) {
        guard count > 0, said.insert(message).inserted else { return }
        logger.warning("\(message)")
    }

    /// What stays for a while and passes.
    mutating func note(_ isSo: Bool, _ message: String, over: String, _ logger: Logger) {
        if isSo {
            if said.insert(message).inserted { logger.warning("\(message)") }
        } else if said.remove(message) != nil {
            logger.info("\(over)")
        }
    }

    /// Whether this word is to be said.
    mutating func isNews(word: String) -> Bool {
        words.count < FallbackNotices.mostWords && words.insert(word).inserted
    }
}
