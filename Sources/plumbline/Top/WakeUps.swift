import Glibc
import Synchronization

/// Signals, and news of other threads, as something to wait for beside the keys.
struct WakeUps {
    /// One byte for each reason: the number of a signal, or 0 for news.
    private static let writer = Atomic<CInt>(-1)
    private let reader: CInt

    static let stops: Set<CInt> = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    init() {
        var ends: [CInt] = [0, 0]
        precondition(pipe(&ends) == 0, "a program has two descriptors left at its start")
        // A handler must not wait.
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        reader = ends[0]
        WakeUps.writer.store(ends[1], ordering: .relaxed)
        for number in WakeUps.stops.union([SIGWINCH, SIGTSTP, SIGCONT]) { WakeUps.watch(number) }
        signal(SIGPIPE, SIG_IGN)
    }

    static func watch(_ number: CInt) { signal(number) { WakeUps.write($0) } }

    /// There is news.
    static func ring() { write(0) }

    /// Full is as good as written: somebody is woken.
    private static func write(_ number: CInt) {
        let before = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = Glibc.write(writer.load(ordering: .relaxed), &byte, 1)
        errno = before
    }

    struct Woken {
        var signals: Set<CInt> = []
        /// nil when the terminal is gone.
        var typed: [UInt8]? = []
    }

    /// Waits for keys, signals or news.
    func wait(milliseconds: Int32) -> Woken {
        var sources = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: reader, events: Int16(POLLIN), revents: 0),
        ]
        var woken = Woken()
        guard poll(&sources, 2, milliseconds) > 0 else { return woken }
        if sources[1].revents != 0 {
            woken.signals = Set((read(reader) ?? []).map(CInt.init))
        }
        if sources[0].revents != 0 { woken.typed = read(STDIN_FILENO) }
        return woken
    }

    private func read(_ source: CInt) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(source, &bytes, bytes.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }
}
