package import RequestLog

/// The steps of a window at one instant: nothing is copied until one of the two changes, and nothing is unpacked until
/// somebody reads it.
package struct WindowContent: Sendable {
    package let step: Timestamp.Span
    package let from: Timestamp
    package let to: Timestamp
    private let steps: [WindowStep]

    init(step: Timestamp.Span, from: Timestamp, to: Timestamp, steps: [WindowStep]) {
        self.step = step
        self.from = from
        self.to = to
        self.steps = steps
    }

    /// Where the first step begins that has anything.
    package var first: Timestamp? { steps.map(start).min() }

    /// The sums of one source, step by step, in no order.
    package func forEachTotal(of source: NameID, _ body: (_ start: Timestamp, Rollup) -> Void) {
        for step in steps {
            if let total = step.packedTotals[source] { body(start(step), total) }
            if let total = step.openTotals[source] { body(start(step), total) }
        }
    }

    /// Every series of every step, in no order; one may come in several parts.
    package func forEachCell(
        where isWanted: (SeriesKey) -> Bool, _ body: (_ start: Timestamp, SeriesKey, Cell) -> Void
    ) {
        for step in steps {
            let start = start(step)
            step.packed.forEachCell(where: isWanted) { body(start, $0, $1) }
            for (key, cell) in step.open where isWanted(key) { body(start, key, cell) }
        }
    }

    private func start(_ window: WindowStep) -> Timestamp {
        Timestamp(nanoseconds: window.number * step.nanoseconds)
    }
}
