import Exposition
import Glibc
package import Logging
import RequestLog

/// Writes log messages to standard error: one calm line for a person, one JSON object for a machine.
///
/// ERROR means that data are lost or an operator is needed; WARNING that something is degraded and is being retried;
/// INFO is start, reload, rotation and stop. Nothing is written per line of a request log.
package struct AgentLogHandler: LogHandler {
    package enum Format: Sendable { case text, json }

    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    package var metadataProvider: Logger.MetadataProvider?
    private let format: Format

    package init(format: Format, level: Logger.Level) {
        self.format = format
        logLevel = level
    }

    /// For libraries whose messages are about themselves.
    static var quiet: Logger {
        Logger(label: "plumbline.lifecycle") { _ in AgentLogHandler(format: .json, level: .critical) }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let line: [UInt8]
        switch format {
        case .text:
            var text = event.level >= .warning ? "\(event.level.rawValue.uppercased()): " : ""
            text += escapedForDisplay("\(event.message)")
            for (key, value) in facts { text += "  \(key)=\(escapedForDisplay("\(value)"))" }
            line = Array((text + "\n").utf8)
        case .json:
            var writer = JSONWriter()
            writer.object { writer in
                let known = [
                    ("time", AgentClock.wall.description), ("level", event.level.rawValue),
                    ("message", "\(event.message)"),
                ]
                for (key, value) in known + facts.map({ ($0.key, "\($0.value)") }) {
                    writer.key(key)
                    writer.value(value)
                }
            }
            line = writer.finish()
        }
        // One write a line, so that lines of several threads do not mix.
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
