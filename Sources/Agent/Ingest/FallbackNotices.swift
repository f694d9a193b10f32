import Logging

/// Says when something goes another way than it should, once when it begins; counters go on counting.
struct FallbackNotices {
    /// Cache words that are named in the log; a hostile log can invent them without end.
    static let mostWords = 20

    private var said: [String: UInt64] = [:]
    private var words: Set<String> = []

    /// - Parameter count: how often it has happened since the start.
    mutating func note(_ message: String, count: UInt64, _ logger: Logger, _ level: Logger.Level = .warning) {
        guard count > 0, said[message] == nil else { return }
        said[message] = count
        logger.log(level: level, "\(message)")
    }

    /// What stays for a while and passes.
    mutating func note(_ isSo: Bool, _ message: String, over: String, _ logger: Logger) {
        guard isSo != (said[message] != nil) else { return }
        said[message] = isSo ? 1 : nil
        if isSo { logger.warning("\(message)") } else { logger.info("\(over)") }
    }

    /// Whether this word is to be said.
    mutating func isNews(word: String) -> Bool {
        words.count < FallbackNotices.mostWords && words.insert(word).inserted
    }
}
