/// A change of any functional of (traffic mix, cache mix, distributions) as three parts whose sum is exactly the whole:
/// the average over the six orders in which the three can change (Das Gupta 1993; Shapley 1953).
package struct Shapley: Equatable, Sendable {
    package var within = 0.0
    package var cache = 0.0
    package var traffic = 0.0

    package var sum: Double { within + cache + traffic }

    /// The weight of the pair of the two others: equal ones come in two orders, unequal ones in one.
    static func weight(_ first: Int, _ second: Int) -> Double { first == second ? 1.0 / 3 : 1.0 / 6 }

    /// - Parameter value: the functional at traffic mix, cache mix and distributions of BEFORE (0) or AFTER (1).
    init(_ value: (_ traffic: Int, _ cache: Int, _ within: Int) -> Double) {
        for first in 0...1 {
            for second in 0...1 {
                let weight = Shapley.weight(first, second)
                within += weight * (value(first, second, 1) - value(first, second, 0))
                cache += weight * (value(first, 1, second) - value(first, 0, second))
                traffic += weight * (value(1, first, second) - value(0, first, second))
            }
        }
    }

    /// A change that is traffic alone.
    init(traffic: Double) { self.traffic = traffic }
}
