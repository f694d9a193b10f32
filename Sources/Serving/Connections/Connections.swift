internal import NIOCore

/// The open connections of one event loop: who may come in, and who has been here too long.
///
/// Deadlines are looked at by one sweep over all connections, not by a timer each: a request then costs no timer.
final class Connections {
    let limits: ServerLimits
    let counters: ServerCounters
    /// Shared because the parts of an answer that are always the same are.
    var writer = ResponseWriter()

    let wayBack: WayBack
    let streams: Streams

    private let eventLoop: any EventLoop
    private var open: [ObjectIdentifier: Connection] = [:]
    private var sweep: RepeatedTask?
    private var emptied: EventLoopPromise<Void>?

    init(limits: ServerLimits, counters: ServerCounters, eventLoop: any EventLoop) {
        self.limits = limits
        self.counters = counters
        self.eventLoop = eventLoop
        wayBack = WayBack(to: eventLoop)
        streams = Streams(limits: limits, counters: counters, eventLoop: eventLoop)
    }

    /// False where there is no room, not even by sending a silent one away.
    func admit(_ connection: Connection) -> Bool {
        counters.count(\.connectionsAccepted)
        if emptied != nil { return false }
        if open.count >= limits.connections && !evict() {
            counters.count(\.connectionsRefused)
            return false
        }
        open[ObjectIdentifier(connection)] = connection
        counters.count(\.connectionsOpen)
        if sweep == nil { startSweeping() }
        return true
    }

    func remove(_ connection: Connection) {
        streams.remove(connection)
        guard open.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        counters.countClosed()
        guard open.isEmpty else { return }
        sweep?.cancel()
        sweep = nil
        emptied?.succeed()
    }

    /// Lets running answers finish within `limits.stop`, then closes what is left; succeeds when all are closed and
    /// nothing will come back to the event loop.
    func stop() -> EventLoopFuture<Void> {
        drain().assumeIsolated().map { [wayBack] in wayBack.block() }.nonisolated()
    }

    private func drain() -> EventLoopFuture<Void> {
        let promise = emptied ?? eventLoop.makePromise(of: Void.self)
        guard emptied == nil else { return promise.futureResult }
        emptied = promise
        guard !open.isEmpty else {
            promise.succeed()
            return promise.futureResult
        }
        for connection in Array(open.values) { connection.stop() }
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.stop)) { [self] in
            for connection in Array(open.values) { connection.close() }
        }
        return promise.futureResult
    }

    /// A probe must get in although others hold every place.
    private func evict() -> Bool {
        let now = NIODeadline.now()
        var longest: [Connection.Wait: (connection: Connection, time: TimeAmount)] = [:]
        for connection in open.values {
            guard let (wait, time) = connection.wait(at: now) else { continue }
            if longest[wait].map({ $0.time < time }) ?? true { longest[wait] = (connection, time) }
        }
        let overdue = Connection.Wait.allCases.first { wait in
            longest[wait].map { $0.time >= most(of: wait) } ?? false
        }
        // In a burst nobody has been there for long; whoever asks at once is not the oldest of them.
        guard let connection = longest[overdue ?? .forFirstRequest]?.connection else { return false }
        counters.count(\.connectionsEvicted)
        connection.close()
        remove(connection)
        return true
    }

    /// How long a place is kept for what is waited for while others want it.
    private func most(of wait: Connection.Wait) -> TimeAmount {
        switch wait {
        case .forFirstRequest, .forRequest: TimeAmount(limits.silent)
        case .forReader: TimeAmount(limits.unread)
        }
    }

    private func startSweeping() {
        let shortest = min(limits.idle, limits.write, limits.linger, limits.answer)
        let interval = TimeAmount(min(max(shortest / 4, .milliseconds(5)), .seconds(1)))
        let connections = NIOLoopBound(self, eventLoop: eventLoop)
        sweep = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            connections.value.expire()
        }
    }

    private func expire() {
        let now = NIODeadline.now()
        for connection in Array(open.values) { connection.expire(at: now) }
    }
}
