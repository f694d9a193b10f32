import Exposition
import Glibc
package import Logging
import RequestLog
import Synchronization

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
        AgentLogHandler.write(line)
    }
}

extension AgentLogHandler {
    /// What is held back while something else has the terminal; nil is the usual: nothing is.
    private static let held = Mutex<[UInt8]?>(nil)
    /// What is held at most; of the rest only the beginning is missing.
    private static let mostHeld = 64 * 1024

    /// Holds messages back where they would be written over what is on the screen.
    package static func hold() {
        guard isatty(STDERR_FILENO) == 1 else { return }
        held.withLock { $0 = $0 ?? [] }
    }

    /// Writes what was held back, and goes on as usual.
    package static func release() {
        let bytes = held.withLock { held in
            defer { held = nil }
            return held ?? []
        }
        if !bytes.isEmpty { write(bytes) }
    }

    /// One write a line, so that lines of several threads do not mix.
    private static func write(_ line: [UInt8]) {
        let isHeld = held.withLock { held in
            guard held != nil else { return false }
            held?.append(contentsOf: line)
            if let excess = held.map({ $0.count - mostHeld }), excess > 0 { held?.removeFirst(excess) }
            return true
        }
        if !isHeld { _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) } }
    }
}
