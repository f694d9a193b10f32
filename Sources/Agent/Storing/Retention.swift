import Logging
import RequestLog
import Store

/// Rounds of retention, one portion at a time, and the requests of people who do not want to wait for the next.
struct Retention {
    private var round: RetentionRound?
    /// Somebody asked for the round that is under way.
    private var isAsked = false
    /// The round that is at its end and of which nobody was told yet.
    private var ended: RetentionRound?
    private var work: Trouble
    private var holds: Trouble
    private var requests: Trouble
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
        work = Trouble(
            "Cannot merge or prune some snapshots; trying again", over: "Snapshots are merged and pruned again", logger)
        holds = Trouble(
            "A hold cannot be read; all snapshots stay as they are", over: "Holds can be read again", logger)
        requests = Trouble("Cannot answer requests to prune", over: "Requests to prune are answered again", logger)
    }

    mutating func begin() {
        if round == nil { round = RetentionRound(now: AgentClock.wall) }
    }

    /// A request takes the place of a round that is under way.
    mutating func lookForRequest(_ store: borrowing Store) {
        guard !isAsked else { return }
        do throws(StoreError) {
            switch try store.waitingRequest() {
            case .success(let request)?:
                round = RetentionRound(now: AgentClock.wall, before: request.before)
                isAsked = true
            case .failure(let error)?:
                try store.answer(Result<PruneOutcome, _>.failure(error))
            case nil:
                break
            }
            requests.isOver()
        } catch {
            requests.happened("\(error)")
        }
    }

    /// Does a portion; false when there is nothing to do.
    mutating func advance(_ store: inout Store) -> Bool {
        guard var current = round else { return false }
        let hasMore = store.advance(&current)
        round = hasMore ? current : nil
        ended = hasMore ? nil : current
        return true
    }

    /// Says what became of a round, once its figures are published: who asked for it may look at them next.
    mutating func report(_ store: borrowing Store) {
        guard let round = ended.take() else { return }
        if let failure = round.failure { work.happened("\(failure)") } else { work.isOver() }
        if let reason = round.unreadableHolds.first { holds.happened(reason) } else { holds.isOver() }
        guard isAsked else { return }
        isAsked = false
        logger.notice("Pruned snapshots on request", metadata: ["outcome": "\(round.outcome)"])
        do throws(StoreError) {
            if let failure = round.failure {
                try store.answer(Result<PruneOutcome, _>.failure(failure))
            } else {
                try store.answer(Result<_, StoreError>.success(round.outcome))
            }
        } catch {
            requests.happened("\(error)")
        }
    }
}
