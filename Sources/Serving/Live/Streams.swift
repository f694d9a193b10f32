internal import NIOCore

/// The live pages that are told of news, all the same at the same time: `/api/v1/stream`.
///
/// What is held for one of them is bounded: a page that has not taken the last beats misses the next ones, and is told
/// how things stand when it takes some again.
final class Streams {
    private let limits: ServerLimits
    private let counters: ServerCounters
    private let eventLoop: any EventLoop
    private var open: [ObjectIdentifier: Connection] = [:]
    private var beating: RepeatedTask?

    init(limits: ServerLimits, counters: ServerCounters, eventLoop: any EventLoop) {
        self.limits = limits
        self.counters = counters
        self.eventLoop = eventLoop
    }

    /// False where there are enough. They never take more than half of the connections: probes come first.
    func admit(_ connection: Connection, _ beat: @escaping @Sendable () -> [UInt8]) -> Bool {
        guard open.count < min(limits.streams, max(1, limits.connections / 2)) else {
            counters.count(\.streamsRefused)
            return false
        }
        open[ObjectIdentifier(connection)] = connection
        counters.count(\.streamsOpened)
        if beating == nil { start(beat) }
        return true
    }

    func remove(_ connection: Connection) {
        guard open.removeValue(forKey: ObjectIdentifier(connection)) != nil, open.isEmpty else { return }
        beating?.cancel()
        beating = nil
    }

    private func start(_ beat: @escaping @Sendable () -> [UInt8]) {
        let interval = TimeAmount(limits.beat)
        let streams = NIOLoopBound(self, eventLoop: eventLoop)
        beating = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            streams.value.tell(ByteBuffer(bytes: beat()))
        }
    }

    private func tell(_ beat: ByteBuffer) {
        for connection in Array(open.values) where !connection.push(beat) { counters.count(\.beatsMissed) }
    }
}
