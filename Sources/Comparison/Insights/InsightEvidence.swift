package import RequestLog
package import RollingWindow

/// What insights are drawn from: the requests of one source, by kind, and how they moved from slice to slice.
///
/// Slices are taken in one at a time and not kept. A sum of everything, as of plain logs, is one slice: it has
/// distributions, and nothing that slices would tell.
package struct InsightEvidence: Equatable, Sendable {
    package let source: NameID
    package private(set) var from: Timestamp?
    package private(set) var to: Timestamp?
    package private(set) var slices = 0
    private(set) var kinds: [RequestKind: KindEvidence] = [:]
    private(set) var failures: [RequestPath: FailureEvidence] = [:]

    package init(source: NameID) { self.source = source }

    package mutating func add(_ slice: Slice) {
        var counts: [RequestPath: (requests: UInt64, errors: UInt64)] = [:]
        for (key, cell) in slice.series where key.source == source {
            let kind = RequestKind(key)
            counts[kind.path, default: (0, 0)].requests &+= cell.requests
            if key.isError {
                counts[kind.path]?.errors &+= cell.requests
            } else {
                kinds[kind, default: KindEvidence()].add(cell, isAnswer: (200..<300).contains(key.status))
            }
        }
        guard !counts.isEmpty else { return }
        slices += 1
        from = min(from ?? slice.start, slice.start)
        to = max(to ?? slice.end, slice.end)
        for (path, count) in counts {
            failures[path, default: FailureEvidence()].add(count.errors, of: count.requests)
        }
    }

    /// The same where some routes have become others; what slices said of those together is lost.
    package func rerouted(_ coarser: [NameID: NameID]) -> InsightEvidence {
        guard !coarser.isEmpty else { return self }
        var rerouted = self
        rerouted.kinds = [:]
        rerouted.failures = [:]
        for (kind, known) in kinds {
            var kind = kind
            kind.route = coarser[kind.route] ?? kind.route
            if rerouted.kinds[kind]?.add(known) == nil { rerouted.kinds[kind] = known }
        }
        for (path, known) in failures {
            var path = path
            path.route = coarser[path.route] ?? path.route
            if rerouted.failures[path]?.add(known) == nil { rerouted.failures[path] = known }
        }
        return rerouted
    }

    package var requests: UInt64 { failures.values.reduce(0) { $0 + $1.requests } }
}

/// The requests of one kind that did not fail.
struct KindEvidence: Equatable, Sendable {
    private(set) var requests: UInt64 = 0
    private(set) var durations = Durations()
    private(set) var calls = Calls()
    /// Response sizes and database calls of complete answers.
    private(set) var pages = SliceMoments()

    mutating func add(_ cell: Cell, isAnswer: Bool) {
        requests &+= cell.requests
        durations.add(cell.durations)
        calls.add(cell.calls)
        // Only lines that had both can say how they go together.
        guard isAnswer, cell.bytes.count == cell.requests, cell.calls.total.count == cell.requests else { return }
        guard let bytes = cell.bytes.mean, let calls = cell.calls.total.mean else { return }
        pages.add(cell.requests, bytes, calls)
    }

    mutating func add(_ other: KindEvidence) {
        requests &+= other.requests
        durations.add(other.durations)
        calls.add(other.calls)
    }
}

/// How evenly the errors of a route are spread over the slices.
struct FailureEvidence: Equatable, Sendable {
    private(set) var requests: UInt64 = 0
    private(set) var errors: UInt64 = 0
    private var slices = 0
    private var squares = 0.0

    mutating func add(_ failed: UInt64, of count: UInt64) {
        guard count > 0 else { return }
        requests &+= count
        errors &+= failed
        slices += 1
        squares += Double(failed) * Double(failed) / Double(count)
    }

    mutating func add(_ other: FailureEvidence) {
        requests &+= other.requests
        errors &+= other.errors
        slices = 0
    }

    var ratio: Double { requests == 0 ? 0 : Double(errors) / Double(requests) }

    /// The variance of the errors of slices against that of chance: 1 is even, more is bursts. Nil where there are too few
    /// slices or errors to say.
    var burstiness: Double? {
        guard slices >= SliceMoments.fewestSlices, errors >= 10, errors < requests else { return nil }
        // Σ (e − pn)² / pn(1−p) over the slices, which is chi-squared where errors are independent.
        let sum = squares - ratio * Double(errors)
        return max(0, sum / (ratio * (1 - ratio)) / Double(slices - 1))
    }
}
