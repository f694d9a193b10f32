import Files
import Glibc
import SystemPackage
import Tailing

/// Standard input as a log: it has no position, so what was read is counted at most once.
final class PipeInput {
    /// The number of standard input among the logs; files begin at 1.
    static let log: UInt32 = 0
    static let pattern = "-"

    private(set) var isOpen = true
    private let reader: LogReader
    private let descriptor: CInt = STDIN_FILENO

    init(lineLimitBytes: Int) {
        reader = LogReader(DescriptorSource(descriptor, name: "standard input"), lineLimitBytes: lineLimitBytes)
    }

    /// The descriptor to wait for; nil once it has ended.
    var waitable: CInt? { isOpen ? descriptor : nil }

    var hasNews: Bool {
        guard isOpen else { return false }
        var state = pollfd(fd: descriptor, events: CShort(POLLIN), revents: 0)
        return poll(&state, 1, 0) > 0
    }

    /// Where a commit says that it stands: nowhere to go back to.
    var position: LogPosition {
        LogPosition(
            log: PipeInput.log, path: "-", input: PipeInput.pattern, device: 0, inode: 0, offset: reader.bytesRead,
            fingerprint: Fingerprint(length: 0, head: 0, samples: [], tail: 0), finished: !isOpen)
    }

    /// Hands on what is there, without waiting, up to about the budget.
    func read(into sink: inout some BlockSink, budgetBytes: Int) throws(GzipError) {
        let end = reader.bytesRead + UInt64(budgetBytes)
        while hasNews, reader.bytesRead < end {
            do throws(GzipError) {
                isOpen = try reader.readBlock(into: &sink)
            } catch {
                isOpen = false
                throw error
            }
        }
    }
}
