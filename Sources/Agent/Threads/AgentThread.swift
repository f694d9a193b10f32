import Glibc
import Synchronization

/// A thread of its own for work that blocks: the cooperative pool is for work that does not.
package enum AgentThread {
    /// Starts the body on a new thread; the returned value says when it has ended.
    @discardableResult
    package static func start(_ body: @escaping @Sendable () -> Void) -> Ending {
        let ending = Ending()
        let work = Unmanaged.passRetained(
            Work {
                body()
                ending.arrive()
            })
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<Work>.fromOpaque(context!).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        precondition(result == 0, "the system has no thread for the agent (errno \(result))")
        pthread_detach(thread)
        return ending
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// The end of a thread, for which tasks can wait.
    package final class Ending: Sendable {
        private enum State {
            case running([CheckedContinuation<Void, Never>])
            case ended
        }

        private let state = Mutex(State.running([]))

        func wait() async {
            await withCheckedContinuation { continuation in
                let ended = state.withLock { state in
                    guard case .running(let waiting) = state else { return true }
                    state = .running(waiting + [continuation])
                    return false
                }
                if ended { continuation.resume() }
            }
        }

        /// Returns false when it has not ended by then: what hangs in the kernel cannot be ended from here.
        func wait(until deadline: ContinuousClock.Instant) async -> Bool {
            while !hasEnded {
                guard ContinuousClock.now < deadline else { return false }
                do {
                    try await Task.sleep(for: .milliseconds(2))
                } catch {
                    // A task that is cancelled cannot sleep, and the last commit is worth waiting for.
                    await wait()
                }
            }
            return true
        }

        private var hasEnded: Bool {
            state.withLock { state in
                if case .ended = state { true } else { false }
            }
        }

        fileprivate func arrive() {
            let waiting: [CheckedContinuation<Void, Never>] = state.withLock { state in
                guard case .running(let waiting) = state else { return [] }
                state = .ended
                return waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }
}
