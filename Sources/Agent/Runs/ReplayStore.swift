import RequestLog
import Store
import Synchronization

/// The store of a replay: on a thread of its own, so that one commit is written while the next one is read.
///
/// One job at a time: who submits another waits for the last one first.
final class ReplayStore: Sendable {
    struct Job: Sendable {
        var commit: Commit?
        var names: Names
        /// Whether all slices go to the hour files then.
        var flushes: Bool
    }

    private struct Inbox {
        var job: Job?
        var outcome: Result<StoreStatistics, StoreError>?
        var isStopping = false
    }

    private let inbox = Mutex(Inbox())
    /// Nil when it is closed.
    private let store: Mutex<Store?>
    private let hasJob = WakeUp()
    private let hasOutcome = WakeUp()
    private let hasThread: Bool

    /// - Parameter hasThread: false where only one processor would share it.
    init(_ store: Store, hasThread: Bool) {
        self.store = Mutex(store)
        self.hasThread = hasThread
        if hasThread { _ = AgentThread.start { self.work() } }
    }

    /// Closes the store, after the job that it is at: others may open the directory then.
    func close() {
        inbox.withLock { $0.isStopping = true }
        hasJob.ring()
        store.withLock { $0 = nil }
    }

    func submit(_ job: Job) {
        guard hasThread else {
            let outcome = outcome(of: job)
            return inbox.withLock { $0.outcome = outcome }
        }
        inbox.withLock { inbox in
            precondition(inbox.job == nil && inbox.outcome == nil, "one job at a time")
            inbox.job = job
        }
        hasJob.ring()
    }

    /// Waits for the job that was submitted last; nil when there is none, or it was waited for before.
    func wait() throws(StoreError) -> StoreStatistics? {
        while true {
            let (outcome, isBusy) = inbox.withLock { inbox in
                defer { inbox.outcome = nil }
                return (inbox.outcome, inbox.job != nil)
            }
            if let outcome { return try outcome.get() }
            guard isBusy else { return nil }
            hasOutcome.wait(nanoseconds: .max)
        }
    }

    private func work() {
        while true {
            let (job, isStopping) = inbox.withLock { ($0.job, $0.isStopping) }
            if let job {
                let outcome = outcome(of: job)
                inbox.withLock { inbox in
                    inbox.job = nil
                    inbox.outcome = outcome
                }
                hasOutcome.ring()
            } else if isStopping {
                return
            } else {
                hasJob.wait(nanoseconds: .max)
            }
        }
    }

    private func outcome(of job: Job) -> Result<StoreStatistics, StoreError> {
        store.withLock { store in
            do throws(StoreError) {
                if let commit = job.commit { try store?.commit(commit, names: job.names) }
                if job.flushes { try store?.flush(slicesEndingBefore: Timestamp(nanoseconds: .max)) }
                return .success(store?.statistics ?? StoreStatistics())
            } catch {
                return .failure(error)
            }
        }
    }
}
