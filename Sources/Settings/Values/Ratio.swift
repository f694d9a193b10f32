/// A share from 0 to 1, written as such or in percent: `0.05`, `5%`.
package struct Ratio: TextValue, Hashable, Comparable {
    package var value: Double

    package init(value: Double) { self.value = value }

    package static func < (left: Ratio, right: Ratio) -> Bool { left.value < right.value }

    package static var valueName: String { "RATIO" }
    package static var noun: String { "a ratio from 0 to 1" }
    package static var example: String? { "0.05" }

    package init?(text: String) {
        let isPercent = text.hasSuffix("%")
        let number = isPercent ? String(text.dropLast()) : text
        let allowed: Set<Character> = isPercent ? Set("0123456789.") : Set("0123456789.eE+-")
        // The exponent divides in decimal, so `0.1%` is the double nearest to 0.001.
        guard number.allSatisfy(allowed.contains), let value = Double(isPercent ? number + "e-2" : number),
            (0...1).contains(value)
        else { return nil }
        self.value = value
    }

    package var text: String { value == value.rounded() ? String(Int(value)) : String(value) }
}
