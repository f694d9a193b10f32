/// What one round of retention did.
package struct PruneOutcome: Equatable, Sendable, CustomStringConvertible {
    /// Hour files whose slices became fewer and wider.
    package var hoursCompacted: UInt64 = 0
    /// Hour files that were reduced to their totals for their age or for the space.
    package var hoursReduced: UInt64 = 0
    /// Totals of a day that were written.
    package var daysTotalled: UInt64 = 0
    package var filesRemoved: UInt64 = 0
    /// What the files take less than before.
    package var bytesFreed: UInt64 = 0
    /// Requests of this store that no snapshot holds any more.
    package var requestsRemoved: UInt64 = 0
    /// Files that a hold protects from what would have been done.
    package var held: UInt64 = 0

    package init() {}

    package var description: String {
        var parts = [
            count(filesRemoved, "file") + " removed", count(hoursReduced, "hour") + " reduced to totals",
            count(hoursCompacted, "hour") + " compacted", "\(bytesFreed) bytes freed",
            count(requestsRemoved, "request") + " no longer in any snapshot",
        ]
        if held > 0 { parts.append(count(held, "file") + " kept by holds") }
        return parts.joined(separator: ", ")
    }

    private func count(_ number: UInt64, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension PruneOutcome {
    /// Name and number, as in a line that a program reads: `removed 12 reduced 3 …`.
    private static var fields: [(name: String, field: WritableKeyPath<PruneOutcome, UInt64>)] {
        [
            ("compacted", \.hoursCompacted), ("reduced", \.hoursReduced), ("days", \.daysTotalled),
            ("removed", \.filesRemoved), ("bytes", \.bytesFreed), ("requests", \.requestsRemoved), ("held", \.held),
        ]
    }

    var line: String { PruneOutcome.fields.map { "\($0.name) \(self[keyPath: $0.field])" }.joined(separator: " ") }

    /// Nil for anything that `line` does not write; a name that is not known is passed over.
    init?(line: String) {
        self.init()
        let words = line.split(separator: " ")
        guard !words.isEmpty, words.count.isMultiple(of: 2) else { return nil }
        for place in stride(from: 0, to: words.count, by: 2) {
            guard let number = UInt64(words[place + 1]) else { return nil }
            guard let known = PruneOutcome.fields.first(where: { $0.name == words[place] }) else { continue }
            self[keyPath: known.field] = number
        }
    }
}
