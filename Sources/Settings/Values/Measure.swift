/// A decimal number and its unit, as written: `1.5` and `s`.
struct Measure {
    private var digits: Int64
    /// How many of the digits stand behind the point.
    private var fractionDigits: Int
    var unit: Substring

    /// Nil unless the text is digits, perhaps a point and digits, and letters.
    init?(_ text: String) {
        let number = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        unit = text[number.endIndex...]
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), !unit.isEmpty,
            let digits = Int64(parts.joined())
        else { return nil }
        self.digits = digits
        fractionDigits = parts.count == 2 ? parts[1].count : 0
    }

    /// The number times the size of its unit; nil when that is not whole or not an `Int64`.
    func multiplied(by unitSize: Int64) -> Int64? {
        let (product, overflow) = digits.multipliedReportingOverflow(by: unitSize)
        if overflow { return nil }
        var rest = product
        for _ in 0..<fractionDigits {
            guard rest % 10 == 0 else { return nil }
            rest /= 10
        }
        return rest
    }
}
