import Synchronization

/// Where parts of a comparison are worked on that do not need each other: here, or on several threads.
package struct Lanes: Sendable {
    package typealias Run = @Sendable (_ count: Int, _ part: @escaping @Sendable (Int) -> Void) -> Void

    private let run: Run

    /// - Parameter run: does the parts from 0 to `count`, in any order, and returns when all are done.
    package init(_ run: @escaping Run) { self.run = run }

    /// One part after the other.
    package static let one = Lanes { count, part in (0..<count).forEach(part) }

    /// In the order of the parts.
    func map<Part: Sendable, Value: Sendable>(
        _ parts: [Part], _ body: @escaping @Sendable (Part) -> Value
    ) -> [Value] {
        let values = Values<Value>(count: parts.count)
        run(parts.count) { place in values.set(place, body(parts[place])) }
        return values.all
    }

    private final class Values<Value: Sendable>: Sendable {
        private let values: Mutex<[Value?]>

        init(count: Int) { values = Mutex(Array(repeating: nil, count: count)) }

        func set(_ place: Int, _ value: Value) { values.withLock { $0[place] = value } }

        var all: [Value] {
            values.withLock { values in
                values.map { value in
                    guard let value else { preconditionFailure("a part that was not done") }
                    return value
                }
            }
        }
    }
}
