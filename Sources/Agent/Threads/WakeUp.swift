import Glibc

/// Wakes a thread that waits in poll(2): a pipe that holds bytes until it is heard.
final class WakeUp: Sendable {
    private let reading: CInt
    private let writing: CInt

    init() {
        var ends: [CInt] = [0, 0]
        precondition(pipe(&ends) == 0, "the system has no pipe for a thread (errno \(errno))")
        (reading, writing) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// Readable from when it rings until it is heard.
    var descriptor: CInt { reading }

    func ring() {
        var bell: UInt8 = 1
        // A full pipe has been rung often enough.
        _ = write(writing, &bell, 1)
    }

    /// Waits until it rings, one of the other descriptors is readable or the time is over; rings so far are heard.
    /// Returns whether it rang.
    @discardableResult
    func wait(orReadable others: [CInt] = [], nanoseconds: Int64) -> Bool {
        var descriptors = ([reading] + others).map { pollfd(fd: $0, events: CShort(POLLIN), revents: 0) }
        // Rounded up: waking a moment early would be waking twice.
        let milliseconds = min(max(0, nanoseconds), 60_000_000_000) / 1_000_000 + (nanoseconds > 0 ? 1 : 0)
        _ = poll(&descriptors, nfds_t(descriptors.count), CInt(milliseconds))
        guard descriptors[0].revents != 0 else { return false }
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            while read(reading, buffer.baseAddress, buffer.count) == buffer.count {}
        }
        return true
    }
}
