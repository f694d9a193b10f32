/// How much something is wanted, in thousandths (RFC 9110 §12.4.2): 0 is not at all, 1000 is what nothing else is said of.
struct Quality: Comparable, Sendable {
    var thousandths: UInt16

    static let most = Quality(thousandths: 1000)
    static let none = Quality(thousandths: 0)

    private init(thousandths: UInt16) { self.thousandths = thousandths }

    /// Reads `0`, `0.5`, `1.000`; nil for what is no weight.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"), bytes.count <= 5,
            bytes.count == 1 || bytes[1] == UInt8(ascii: ".")
        else { return nil }
        var value = UInt16(first - UInt8(ascii: "0")) * 1000
        var unit: UInt16 = 100
        for digit in bytes.dropFirst(2) {
            guard ASCII.isDigit(digit) else { return nil }
            value += UInt16(digit - UInt8(ascii: "0")) * unit
            unit /= 10
        }
        guard value <= 1000 else { return nil }
        thousandths = value
    }

    static func < (left: Quality, right: Quality) -> Bool { left.thousandths < right.thousandths }
}
