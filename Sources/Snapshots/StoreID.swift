/// The name of one data directory, drawn once when it is made: 128 random bits.
package struct StoreID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package static func random(using generator: inout some RandomNumberGenerator) -> StoreID {
        StoreID(high: generator.next(), low: generator.next())
    }

    package static func < (left: StoreID, right: StoreID) -> Bool { (left.high, left.low) < (right.high, right.low) }

    /// 32 hexadecimal digits.
    package var description: String { hexadecimal(high, digits: 16) + hexadecimal(low, digits: 16) }
}

func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
