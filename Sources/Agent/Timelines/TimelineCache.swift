import Exposition
import RequestLog
import Store

/// Hours that timelines were made of: most of them never change again, and a page asks for the same ones every minute.
///
/// It holds what the snapshots say, not what was answered: whether they still say so is looked up every time.
package struct TimelineCache: Sendable {
    struct Key: Hashable, Sendable {
        enum Content: Hashable, Sendable {
            case series
            case sums(by: TimelineGrouping?)
        }

        var hour: Timestamp
        var source: String
        var step: Timestamp.Span
        var detail: SnapshotReader.Detail
        var content = Content.series
    }

    package struct Counts: Equatable, Sendable {
        /// Hours that were as they had been kept.
        package var hits: UInt64 = 0
        /// Hours that were read, as a whole or what was new of them.
        package var misses: UInt64 = 0
        /// Hours that had no room, or that made room.
        package var evictions: UInt64 = 0
    }

    private struct Entry {
        var hour: FoldedHour
        var bytes: Int
        var question: Int
    }

    package let limitBytes: Int
    package private(set) var bytes = 0
    package internal(set) var counts = Counts()
    /// Of the identifiers in all hours.
    var names = Names(limit: AgentLimits.names)
    var recollection = SnapshotReader.Recollection()
    private var entries: [Key: Entry] = [:]
    private var question = 0

    package init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// Of which every series is there.
    package var hours: Int { entries.keys.count { $0.content == .series } }

    /// What the last questions have used stays longest.
    mutating func beginQuestion() {
        question += 1
        // Names are never given back one by one.
        if names.count >= AgentLimits.names || names.overflows > 0 { forget() }
    }

    /// An hour that is as it was kept, in as few rows as will do.
    mutating func look(
        _ content: Key.Content, _ key: Key, _ sources: SnapshotReader.HourSources
    ) -> FoldedHour? {
        var sums = key
        sums.content = content
        guard let known = [sums, key].first(where: { entries[$0]?.hour.sources == sources }) else { return nil }
        counts.hits += 1
        entries[known]!.question = question
        let hour = entries[known]!.hour
        return known == sums ? hour : keepSums(of: hour, content, key) ?? hour
    }

    /// Nil where every series is looked at, or where the hour is not all there yet.
    mutating func keepSums(of hour: FoldedHour, _ content: Key.Content, _ key: Key) -> FoldedHour? {
        guard case .sums(let grouping) = content else { return nil }
        var sums = key
        sums.content = content
        drop(sums)
        guard hour.sources != nil else { return nil }
        let hour = hour.sums(by: grouping)
        keep(hour, as: sums)
        return hour
    }

    private mutating func drop(_ key: Key) {
        if let old = entries.removeValue(forKey: key) { bytes -= old.bytes }
    }

    /// Gives an hour to its only user, who brings it back.
    mutating func take(_ key: Key) -> FoldedHour? {
        guard let entry = entries.removeValue(forKey: key) else { return nil }
        bytes -= entry.bytes
        return entry.hour
    }

    /// What this question has used makes no room for the rest of it: else a question that is too large would find
    /// nothing of itself the next time.
    mutating func keep(_ hour: FoldedHour, as key: Key) {
        let size = hour.byteCount
        while bytes + size > limitBytes, let oldest = entries.min(by: { $0.value.question < $1.value.question }),
            oldest.value.question < question
        {
            drop(oldest.key)
            counts.evictions += 1
        }
        guard bytes + size <= limitBytes else {
            counts.evictions += 1
            return
        }
        entries[key] = Entry(hour: hour, bytes: size, question: question)
        bytes += size
    }

    private mutating func forget() {
        counts.evictions += UInt64(entries.count)
        entries = [:]
        bytes = 0
        names = Names(limit: AgentLimits.names)
    }
}
