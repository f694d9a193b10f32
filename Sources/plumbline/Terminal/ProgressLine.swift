import Agent
import Exposition

/// Bytes done, rate and time left, on a terminal only, for work that takes more than a moment.
final class ProgressLine {
    private let started = AgentClock.monotonicNanoseconds
    private var lastShown = AgentClock.monotonicNanoseconds
    private var isShown = false

    private static let interval: Int64 = 200_000_000

    func show(_ input: String, _ done: UInt64, _ all: UInt64?) {
        let now = AgentClock.monotonicNanoseconds
        guard Terminal.errorIsTerminal, now - lastShown > ProgressLine.interval else { return }
        lastShown = now
        isShown = true
        let rate = Double(done) / (Double(now - started) / 1e9)
        var line = "\(escapedForDisplay(input)): \(mebibytes(done))"
        if let all { line += " of \(mebibytes(all))" }
        line += ", \(mebibytes(UInt64(rate)))/s"
        if let all, rate > 0, all > done { line += ", \(Int((Double(all - done) / rate).rounded(.up))) s left" }
        Terminal.writeError("\r\u{1b}[K\(line)")
    }

    func clear() {
        if isShown { Terminal.writeError("\r\u{1b}[K") }
        isShown = false
    }

    private func mebibytes(_ bytes: UInt64) -> String { "\(bytes >> 20) MiB" }
}
