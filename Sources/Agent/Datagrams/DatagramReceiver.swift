import Synchronization
package import SystemPackage

/// Takes datagrams off the kernel as they come: it keeps few for a socket, at a Unix socket often only ten.
///
/// A thread fills a block, and who counts lines takes it when he has time. When he has none for long, the block is full,
/// the kernel keeps what it can, and what it drops it counts.
package final class DatagramReceiver: Sendable {
    private struct Filling: ~Copyable {
        var block = DatagramBlock()
        var failure: Errno?
        var isStopping = false
        var ending: AgentThread.Ending?
    }

    private enum Turn { case moreLeft, empty, full, failed }

    /// Datagrams that are received before others may have the block.
    private static let batch = 64
    private static let retryNanoseconds: Int64 = 100_000_000

    package let socket: DatagramSocket
    private let limitBytes: Int
    private let filling = Mutex(Filling())
    private let news = WakeUp()
    private let errands = WakeUp()

    /// - Parameter limitBytes: a longer datagram is passed over.
    package init(_ socket: DatagramSocket, limitBytes: Int) {
        self.socket = socket
        self.limitBytes = limitBytes
    }

    package func start() {
        let ending = AgentThread.start { self.run() }
        filling.withLock { $0.ending = ending }
    }

    /// Readable when something has arrived.
    var newsDescriptor: CInt { news.descriptor }

    /// Exchanges an empty block for what has arrived, and says what keeps more from arriving.
    package func take(_ block: inout DatagramBlock) -> Errno? {
        news.wait(nanoseconds: 0)
        let failure = filling.withLock { filling in
            swap(&filling.block, &block)
            return filling.failure
        }
        if block.isFull { errands.ring() }
        return failure
    }

    /// False once nobody new can send, which at the end is as it should be.
    var isReachable: Bool { filling.withLock { $0.isStopping } || socket.isReachable }

    /// Receives what is there, as far as it finds room, and nothing after.
    @discardableResult
    package func stop() -> AgentThread.Ending? {
        let ending = filling.withLock { filling in
            filling.isStopping = true
            return filling.ending
        }
        socket.removeFile()
        errands.ring()
        return ending
    }

    private func run() {
        while true {
            let (turn, isStopping) = receive()
            switch turn {
            case .moreLeft: continue
            case _ where isStopping: return
            case .empty: errands.wait(orReadable: [socket.descriptor], nanoseconds: .max)
            case .full: errands.wait(nanoseconds: .max)
            case .failed: errands.wait(nanoseconds: DatagramReceiver.retryNanoseconds)
            }
        }
    }

    private func receive() -> (Turn, isStopping: Bool) {
        let (turn, isStopping, isNews) = filling.withLock { filling in
            let wasEmpty = filling.block.isEmpty
            let turn = fill(&filling.block, failure: &filling.failure)
            return (turn, filling.isStopping, wasEmpty && !filling.block.isEmpty)
        }
        if isNews { news.ring() }
        return (turn, isStopping)
    }

    private func fill(_ block: inout DatagramBlock, failure: inout Errno?) -> Turn {
        do throws(Errno) {
            for _ in 0..<DatagramReceiver.batch {
                if block.isFull { return .full }
                let isThere = try block.append(limit: limitBytes) { room throws(Errno) in
                    try socket.receive(into: room)
                }
                failure = nil
                if !isThere { return .empty }
            }
            return .moreLeft
        } catch {
            failure = error
            return .failed
        }
    }
}
