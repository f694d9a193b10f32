import Glibc
import Synchronization

/// SIGINT and SIGTERM as a flag, for a loop that looks between two steps.
struct StopSignals {
    private static let flag = Atomic(false)

    init() {
        signal(SIGINT) { _ in StopSignals.flag.store(true, ordering: .relaxed) }
        signal(SIGTERM) { _ in StopSignals.flag.store(true, ordering: .relaxed) }
    }

    var arrived: Bool { StopSignals.flag.load(ordering: .relaxed) }
}
