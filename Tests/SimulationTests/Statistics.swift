import Foundation
import Simulation

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

func variance(_ values: [Double]) -> Double {
    let middle = mean(values)
    return mean(values.map { ($0 - middle) * ($0 - middle) })
}

/// Correlation of a series with itself, `lag` steps later.
func autocorrelation(_ values: [Double], lag: Int) -> Double {
    let middle = mean(values)
    let products = zip(values, values.dropFirst(lag)).map { ($0 - middle) * ($1 - middle) }
    return products.reduce(0, +) / (variance(values) * Double(values.count))
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

extension Request {
    var logMilliseconds: Double { log(Double(durationMicroseconds) / 1_000) }
}
