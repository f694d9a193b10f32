import Glibc
import Synchronization

/// A thread of its own for work that blocks: the cooperative pool is for work that does not.
package enum AgentThread {
    /// Starts the body on a new thread; the returned value says when it has ended.
    static func start(_ body: @escaping @Sendable () -> Void) -> Ending {
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
    final class Ending: Sendable {
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
