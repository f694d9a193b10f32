import RequestLog

/// What else differs between two sides and would explain a difference: named, never ignored.
enum Confounders {
    /// Why nothing can be concluded, each with what could be done about it.
    static func find(
        _ before: Side, _ after: Side, _ layout: Layout, change: String?, hasHistory: Bool, comparesVersions: Bool
    ) -> [String] {
        var found: [String] = []
        let (first, second) = (before.facts, after.facts)
        if let one = first.configuration, let other = second.configuration, one != other {
            found.append("the configuration changed between the sides: their lines were read by different rules")
        }
        if !first.formats.isEmpty, !second.formats.isEmpty, Set(first.formats).isDisjoint(with: second.formats) {
            found.append(
                "the log format changed between the sides, from \(first.formats.joined(separator: ", ")) to "
                    + second.formats.joined(separator: ", "))
        }
        found += fields(first, second)
        if first.authenticated == 0 || second.authenticated == 0,
            let sentence = loggedIn(first, second)
        {
            found.append(sentence)
        }
        if !comparesVersions, !layout.isConcurrent { found += versions(first, second) }
        found += otherChanges(before, after, layout, change)
        if !layout.isConcurrent, layout.clockOffset > .seconds(2 * 3600), !hasHistory {
            found.append(
                "the sides are \(hours(layout.clockOffset)) apart on the clock and there is no history: compare "
                    + "the same time of day, or a BEFORE of at least \(Drift.fewestHistoryWindows) such days")
        }
        return found
    }

    /// A field that nearly every line had on one side and none on the other: the log changed, not the service.
    private static func fields(_ first: SideFacts, _ second: SideFacts) -> [String] {
        let fields: [(name: String, count: (SideFacts) -> UInt64)] = [
            ("a cache status", { $0.withCacheStatus }), ("database calls", { $0.withCalls }),
            ("a response time", { $0.withDuration }),
        ]
        return fields.compactMap { field in
            let shares = [first, second].map { Double(field.count($0)) / Double(max(1, $0.requests)) }
            guard shares.max()! >= 0.5, shares.min()! <= 0.01 else { return nil }
            let (side, other) = shares[0] > shares[1] ? ("BEFORE", "AFTER") : ("AFTER", "BEFORE")
            return "the log changed: the lines of \(side) have \(field.name), those of \(other) do not"
        }
    }

    /// Logged-in users on one side only, where the other has enough requests to have shown some.
    private static func loggedIn(_ first: SideFacts, _ second: SideFacts) -> String? {
        let (with, without, name) =
            first.authenticated > 0 ? (first, second, "BEFORE") : (second, first, "AFTER")
        guard with.authenticated > 0, without.withSegment > 0 || with.withSegment == with.authenticated else {
            return nil
        }
        let share = Double(with.authenticated) / Double(max(1, with.requests))
        guard share * Double(without.requests) >= 20 else { return nil }
        return "logged-in traffic is in \(name) only (\(percent(share)) of it): send some through the other side too"
    }

    private static func versions(_ first: SideFacts, _ second: SideFacts) -> [String] {
        // One request in a hundred may be a straggler.
        func present(_ facts: SideFacts) -> Set<String> {
            let all = facts.versions.values.reduce(0, &+)
            return Set(facts.versions.filter { $0.value * 100 >= all }.keys)
        }
        let (old, new) = (present(first), present(second))
        guard !old.isDisjoint(with: new), !new.subtracting(old).isEmpty else { return [] }
        let names = new.intersection(old).sorted().joined(separator: ", ")
        return [
            "AFTER mixes version \(names), which BEFORE has too, with \(new.subtracting(old).sorted().joined(separator: ", ")): "
                + "compare them with --by version, or begin AFTER later"
        ]
    }

    /// Deploys and rollbacks that are not the change's own, inside what is compared.
    private static func otherChanges(_ before: Side, _ after: Side, _ layout: Layout, _ change: String?) -> [String] {
        var sentences: [String] = []
        for (name, side, windows) in [
            ("BEFORE", before, layout.beforeWindows), ("AFTER", after, layout.afterWindows),
        ] {
            for mark in side.marks where mark.kind != .purge && mark.change != nil && mark.change != change {
                guard windows.contains(where: { $0.contains(mark.time) }) else { continue }
                sentences.append(
                    "another change, \(mark.change!), has its \(mark.kind.rawValue) at \(mark.time), inside \(name): "
                        + "you changed two things; compare a stretch without it")
            }
        }
        return sentences
    }

    private static func hours(_ span: Timestamp.Span) -> String {
        let tenths = span.nanoseconds / 360_000_000_000
        return tenths.isMultiple(of: 10) ? "\(tenths / 10) h" : "\(tenths / 10).\(tenths % 10) h"
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
