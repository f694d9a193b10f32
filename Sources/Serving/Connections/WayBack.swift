internal import NIOCore
import Synchronization

/// The way from the agent's tasks back to the event loop.
///
/// It is blocked before the loop ends: an answer that comes later is nobody's any more.
final class WayBack: Sendable {
    private let eventLoop: any EventLoop
    private let isOpen = Mutex(true)

    init(to eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func run(_ work: @escaping @Sendable () -> Void) {
        isOpen.withLock { if $0 { eventLoop.execute(work) } }
    }

    func block() { isOpen.withLock { $0 = false } }
}
