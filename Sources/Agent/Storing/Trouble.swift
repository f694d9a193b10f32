import Logging

/// Something that fails until it works again: one line in the log for its beginning, one for its end.
struct Trouble {
    private let beginning: Logger.Message
    private let end: Logger.Message
    private let logger: Logger
    private var isThere = false

    init(_ beginning: Logger.Message, over end: Logger.Message, _ logger: Logger) {
        self.beginning = beginning
        self.end = end
        self.logger = logger
    }

    mutating func happened(_ reason: String) {
        if !isThere { logger.warning(beginning, metadata: ["reason": "\(reason)"]) }
        isThere = true
    }

    mutating func isOver() {
        if isThere { logger.notice(end) }
        isThere = false
    }
}
