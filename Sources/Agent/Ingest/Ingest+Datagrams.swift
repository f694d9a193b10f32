import Files
import RequestLog
import RollingWindow
import Settings
import Store
import SystemPackage
import Tailing

extension Ingest {
    /// Sockets under the numbers that they had before the restart, or new ones.
    static func inputs(
        _ receivers: [DatagramReceiver], known: [InputState], nextLog: inout UInt32
    ) -> [DatagramInput] {
        receivers.map { receiver in
            let address = receiver.socket.address.text
            if let state = known.first(where: { $0.position.input == address }) {
                return DatagramInput(receiver, log: state.position.log)
            }
            defer { nextLog += 1 }
            return DatagramInput(receiver, log: nextLog)
        }
    }

    func begin(_ socket: DatagramInput) {
        follow(socket.log, path: socket.pattern, source: source(ofInput: socket.pattern), copyOf: nil)
        if case .w3c = logs[socket.log]!.intake.options.format { return }
        // What came before a datagram may be of another program, or its continuation may be lost.
        logs[socket.log]!.context = .free
    }

    /// Counts what has arrived.
    func readSockets() {
        for socket in sockets {
            note(socket.take(), at: socket)
            let whole = socket.block.lines
            if !whole.isEmpty { lines(whole, of: socket.log) }
            let (added, overlong) = (socket.block.addedLineFeeds, socket.block.overlong)
            guard added > 0 || overlong.count > 0 else { continue }
            change(socket.log) { ledger in
                ledger.lineBytes &+= overlong.bytes &- UInt64(added)
                ledger.counts[.tooLong] &+= overlong.count
            }
        }
    }

    /// Counts what the kernel has dropped, also while nothing is read.
    func countDrops() {
        for socket in sockets {
            guard let drops = socket.takeDrops() else { continue }
            if drops > 0 || logs[socket.log]?.ledger.lostDatagrams == nil {
                change(socket.log) { $0.lostDatagrams = ($0.lostDatagrams ?? 0) &+ drops }
            }
            guard drops > 0 else { continue }
            notices.note(
                "Datagrams to \(socket.pattern) are lost: the kernel keeps too little (limits.receive_buffer, net.core.rmem_max)",
                logger)
        }
    }

    private func note(_ problem: TailProblem?, at socket: DatagramInput) {
        let path = FilePath(socket.pattern)
        if let problem {
            if problems[path] != problem { self.problem(problem) }
        } else {
            recovered(path)
        }
    }
}
