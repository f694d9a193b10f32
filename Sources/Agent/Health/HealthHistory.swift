package import Health
import RequestLog

/// The last changes of health, oldest first, and their text in the data directory: a line each,
///
///     nanoseconds since 1970 <tab> group <tab> from <tab> to <tab> reason
package struct HealthHistory: Sendable, Equatable {
    package private(set) var changes: [HealthChange] = []
    /// Lines of the text that were none.
    package private(set) var damagedLines = 0
    private let limit: Int

    /// In bytes; a longer reason is cut. The most changes that settings allow fit `Store.longestNote`.
    private static let longestReason = 350

    package init(limit: Int) { self.limit = limit }

    package init(_ text: String, limit: Int) {
        self.init(limit: limit)
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard parts.count == 5, let nanoseconds = Int64(parts[0]),
                let from = HealthState(rawValue: String(parts[2])),
                let to = HealthState(rawValue: String(parts[3]))
            else {
                damagedLines += 1
                continue
            }
            add(
                HealthChange(
                    time: Timestamp(nanoseconds: nanoseconds), group: String(parts[1]), from: from, to: to,
                    reason: String(parts[4])))
        }
    }

    package mutating func add(_ change: HealthChange) {
        changes.append(change)
        if changes.count > limit { changes.removeFirst(changes.count - limit) }
    }

    package var text: String {
        changes.map { change in
            "\(change.time.nanoseconds)\t\(change.group)\t\(change.from)\t\(change.to)\t\(line(change.reason))\n"
        }.joined()
    }

    /// Without what would end the field, cut between characters.
    private func line(_ reason: String) -> String {
        var text = ""
        for scalar in reason.unicodeScalars {
            let kept = scalar.properties.generalCategory == .control ? " " : scalar
            guard text.utf8.count + String(kept).utf8.count <= HealthHistory.longestReason else { break }
            text.unicodeScalars.append(kept)
        }
        return text
    }
}
