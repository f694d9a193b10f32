import Health
import RequestLog
import Synchronization

/// What an operator said last, for everybody who answers.
final class OperatorDesk: Sendable {
    private let standing: Mutex<OperatorWord?>

    init(_ word: OperatorWord?) { standing = Mutex(word) }

    var word: OperatorWord? { standing.withLock { $0 } }

    /// - Parameter keep: is told in the order in which the words were said, and must not wait.
    /// - Returns: what stands now.
    func say(_ word: OperatorWord.Word, at now: Timestamp, keep: (OperatorWord) -> Void) -> OperatorWord? {
        standing.withLock { standing in
            standing = OperatorWord.after(standing, word, at: now)
            if let standing { keep(standing) }
            return standing
        }
    }
}
