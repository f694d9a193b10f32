internal import Glibc
package import RequestLog

/// Whether a baseline can carry a promise: what effect would be seen, if AFTER were as long and as busy as it.
///
/// The baseline is held against itself, moved by an hour, as two windows that know nothing of each other.
package struct BaselinePower: Equatable, Sendable {
    package var expectation: Expectation
    /// What is promised, and what would be seen four times in five: differences of logarithms, or of shares; positive.
    package var promised: Double
    package var detectable: Double?
    /// Why the data carry no verdict at all.
    package var insufficiency: String?
    /// How much of such traffic the promise needs; nil where more time alone would not do, or nobody can say.
    package var needed: Timestamp.Span?
    package var length: Timestamp.Span

    package var isCarried: Bool { insufficiency == nil && (detectable.map { $0 <= promised } ?? false) }

    /// Between two sides that are moved against each other so that they are not matched.
    package static let shift = Timestamp.Span.seconds(3_600)

    /// - Parameters:
    ///   - row: of the promise, with the drift allowance.
    ///   - still: the same without it.
    package init(
        _ expectation: Expectation, promised: Double, row: ComparisonRow?, still: ComparisonRow?,
        length: Timestamp.Span
    ) {
        self.expectation = expectation
        self.promised = abs(promised)
        self.length = length
        guard let row else {
            insufficiency = "no such requests in the baseline"
            return
        }
        // Both sides are the baseline.
        insufficiency = row.insufficiency.map { reason in
            for side in ["BEFORE", "AFTER"] where reason.hasPrefix(side) {
                return "the baseline" + reason.dropFirst(side.utf8.count)
            }
            return reason
        }
        detectable = row.detectable.isFinite ? row.detectable : nil
        let least = Double(max(1, min(row.requests.before, row.requests.after)))
        let fewest = expectation.metric.quantile.map { BaselinePower.fewestBeyond / (1 - $0) } ?? 0
        var factor = max(0, fewest / least)
        if let still {
            guard let more = factorOfTime(row, still) else { return }
            factor = max(factor, more)
        }
        if factor > 1 { needed = Timestamp.Span(nanoseconds: Int64(min(factor * length.seconds, 1e8) * 1e9)) }
    }

    /// A quantile needs so many requests beyond it.
    private static let fewestBeyond = 20.0

    /// The detectable effect is the half-width times what both error rates ask for; of the half-width, only what is not
    /// drift shrinks with time. Nil where that does not suffice.
    private func factorOfTime(_ row: ComparisonRow, _ still: ComparisonRow) -> Double? {
        let (whole, sampling) = (row.within.ci95.halfWidth, still.within.ci95.halfWidth)
        // Nothing is known of the width yet, such as of a quantile with too few requests.
        guard let detectable, whole.isFinite, sampling.isFinite, whole > 0, sampling > 0 else { return 0 }
        let wanted = promised * whole / detectable
        let drift = max(0, whole * whole - sampling * sampling)
        guard wanted * wanted > drift else { return nil }
        return sampling * sampling / (wanted * wanted - drift)
    }

    /// One sentence, for whoever is refused.
    package var reason: String {
        let what = "\(expectation.metric.rawValue) \(expectation.scope)".trimmed
        var text = ""
        if let insufficiency {
            text = "\(what): \(insufficiency)"
        } else if let detectable {
            text =
                "\(what): with such a baseline an effect of \(effect(detectable)) would be seen, \(effect(promised)) "
                + "is promised"
        } else {
            text = "\(what): the baseline says nothing about it"
        }
        if let needed {
            text +=
                "; with today's traffic \(effect(promised)) can be seen after about \(Words.duration(needed.seconds)) of data"
        } else if insufficiency == nil {
            text += "; more time will not do, 5 matched days of history will"
        }
        return text
    }

    private func effect(_ effect: Double) -> String {
        if expectation.metric.isShare { return "\(Words.number(effect * 100)) pp" }
        return "\(Words.number((1 - exp(-effect)) * 100)) %"
    }
}

extension ComparisonRow.Interval {
    var halfWidth: Double { (high - low) / 2 }
}

extension String {
    fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
