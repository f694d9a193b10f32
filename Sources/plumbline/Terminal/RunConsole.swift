import Agent
import Exposition
import Health
import Logging
import RequestLog
import RollingWindow
import Serving
import Settings
import SystemPackage

/// What `run` shows: on a terminal a few words and one calm status line every few seconds, elsewhere log lines.
struct RunConsole: Sendable {
    let logger: Logger
    private let isInteractive: Bool

    private static let statusInterval = Duration.seconds(5)

    init(_ log: Settings.Log) {
        isInteractive = Terminal.outputIsTerminal
        let isText = log.format == .text || (log.format == .auto && Terminal.errorIsTerminal)
        let level: Logger.Level =
            switch log.level {
            case .debug: .debug
            // On a terminal the status line tells what INFO would.
            case .info: isInteractive && log.format == .auto ? .warning : .info
            case .warning: .warning
            case .error: .error
            }
        logger = Logger(label: "plumbline") { _ in AgentLogHandler(format: isText ? .text : .json, level: level) }
    }

    func recognised(_ look: LogRecognition) {
        let lines = look.recognition.candidates
        if lines > 0, look.recognition.accepted == 0, let reject = look.recognition.rejects.values.first {
            logger.warning(
                "No line of the log is understood; following it all the same",
                metadata: ["path": "\(look.path)", "first": "\(reject.first.text)"])
            if !isInteractive { return }
        }
        if isInteractive {
            return say(RecognitionText.render(name: look.path, look.recognition, style: Terminal.style))
        }
        let fields = Field.allCases.compactMap { field in
            look.recognition.source(of: field).map { source in
                "\(field.name)=\(source.key)\(source.unit.map { "(\($0.symbol))" } ?? "")"
            }
        }
        logger.info(
            "Recognised log",
            metadata: [
                "path": "\(look.path)",
                "format": "\(look.recognition.formats.keys.sorted().map(\.description).joined(separator: ", "))",
                "fields": "\(fields.joined(separator: " "))",
                "sample_lines": "\(look.recognition.lines)", "read": "\(look.recognition.accepted)",
            ])
    }

    /// - Parameter view: what Enter opens, where there is something to press it on.
    func started(_ agent: RunningAgent, directory: FilePath, view: LiveView?) {
        guard isInteractive else { return }
        let check = agent.addresses.agentCheck.map { "\nagent-check on \($0)" } ?? ""
        say(
            """
            data in \(escapedForDisplay(directory.string))
            listening on http://\(agent.addresses.listen)
              /health  /readyz  /metrics  /api/v1/windows/1m  /api/v1/ledger\(check)
            \(view == nil ? "" : "Enter shows the live view, ")Ctrl-C stops with everything committed.

            """)
        view?.watch(agent)
        Task {
            while !Task.isCancelled {
                try await Task.sleep(for: RunConsole.statusInterval)
                if let view, view.isOpen { continue }
                say(RunConsole.status(of: agent) + "\n")
            }
        }
    }

    /// `10:42:05  pass  1,234 req/min  p95 31 ms  errors 0.1 %  hits 61 %  3.2 db`
    static func status(of agent: RunningAgent) -> String {
        let time = AgentClock.wall.description.dropFirst(11).prefix(8)
        let health = agent.view.health(group: nil)
        let minute = agent.minute
        var parts = ["\(time)Z", health?.status.rawValue ?? "–"]
        if minute.cell.requests == 0 {
            parts.append(health?.output ?? "no requests in the last minute")
        } else {
            parts.append("\(HumanUnits.count(minute.cell.requests)) req/min")
            if let p95 = minute.cell.durations.quantile(0.95) {
                parts.append("p95 \(HumanUnits.duration(seconds: p95))")
            }
            if let ratio = minute.errorRatio { parts.append("errors \(HumanUnits.percent(ratio: ratio)) %") }
            if let ratio = minute.hitRatio { parts.append("hits \(HumanUnits.percent(ratio: ratio)) %") }
            if let mean = minute.cell.calls.total.mean { parts.append("\(HumanUnits.threeDigits(mean)) db") }
        }
        if agent.lagBytes > 0 { parts.append("\(HumanUnits.bytes(agent.lagBytes)) behind") }
        return parts.joined(separator: "  ")
    }

    private func say(_ text: String) { try? Terminal.write(text) }
}
