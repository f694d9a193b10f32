import Health
import Logging
import Settings
import Store

/// What an earlier run left of health. What cannot be read is left behind: no request depends on it.
struct HealthMemory {
    let history: HealthHistory
    let word: OperatorWord?

    init(_ store: borrowing Store, _ settings: Settings, _ logger: Logger) {
        let limit = settings.limits.healthHistory
        history = HealthHistory(HealthMemory.read(.healthHistory, in: store, logger) ?? "", limit: limit)
        if history.damagedLines > 0 {
            logger.warning(
                "Part of the history of health is damaged and left out", metadata: ["lines": "\(history.damagedLines)"])
        }
        let text = HealthMemory.read(.operatorWord, in: store, logger)
        word = text.flatMap { OperatorWord(text: $0) }
        if let text, word == nil {
            logger.error(
                "What an operator said last cannot be read; the judgement decides",
                metadata: ["found": "\(text.prefix(80).debugDescription)", "expected": "\"drain NANOSECONDS\""])
        }
        if let state = word?.state {
            logger.warning("Kept from requests by an operator", metadata: ["state": "\(state)"])
        }
    }

    private static func read(_ note: Store.Note, in store: borrowing Store, _ logger: Logger) -> String? {
        do throws(StoreError) {
            return try store.note(note)
        } catch {
            logger.warning("Cannot read what was kept of health", metadata: ["reason": "\(error)"])
            return nil
        }
    }
}
