import Files
import Settings
import SystemPackage
import Tailing

/// A socket as a log: it has no position, so what was received is counted at most once.
final class DatagramInput {
    let log: UInt32
    let receiver: DatagramReceiver
    private(set) var block = DatagramBlock()
    private var seenDrops: UInt32 = 0

    init(_ receiver: DatagramReceiver, log: UInt32) {
        self.receiver = receiver
        self.log = log
    }

    var pattern: String { receiver.socket.address.text }

    /// Where a commit says that it stands: nowhere to go back to.
    var position: LogPosition {
        LogPosition(
            log: log, path: FilePath(pattern), input: pattern, device: 0, inode: 0, offset: 0,
            fingerprint: Fingerprint(length: 0, head: 0, samples: [], tail: 0), finished: false)
    }

    /// Brings into `block` what has arrived since the last time, and says what keeps more from arriving.
    func take() -> TailProblem? {
        block.removeAll()
        if let failure = receiver.take(&block) { return TailProblem(FilePath(pattern), .failure(failure)) }
        return receiver.isReachable ? nil : TailProblem(FilePath(pattern), .socketGone)
    }

    /// Datagrams that the kernel has dropped since the last time; nil where nobody can know.
    func takeDrops() -> UInt64? {
        guard let drops = receiver.socket.drops else { return nil }
        defer { seenDrops = drops }
        return UInt64(drops &- seenDrops)
    }
}

extension Settings.Input {
    /// Whether a pattern, as settings have checked it, is that of files.
    static func isFile(_ pattern: String) -> Bool { Settings.Input(path: pattern).isFile }
}
