import Synchronization

/// How far several threads are.
final class ReadingProgress: Sendable {
    private let state = Mutex<(done: UInt64, all: UInt64)>((0, 0))

    func expect(_ bytes: UInt64) { state.withLock { $0.all &+= bytes } }

    func advance(by bytes: UInt64) { state.withLock { $0.done &+= bytes } }

    var now: (done: UInt64, all: UInt64) { state.withLock { $0 } }
}
