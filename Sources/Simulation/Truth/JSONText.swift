/// JSON as bytes (RFC 8259), written from front to back.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    mutating func object(_ key: String? = nil, _ members: (inout JSONText) -> Void) {
        nest(key, "{", members, "}")
    }

    mutating func array(_ key: String, _ elements: (inout JSONText) -> Void) { nest(key, "[", elements, "]") }

    mutating func put(_ key: String, _ text: String?) {
        begin(key)
        guard let text else { return append("null") }
        quote(text)
    }

    mutating func put(_ key: String, _ number: UInt64?) {
        begin(key)
        append(number.map { String($0) } ?? "null")
    }

    /// The shortest decimal that reads back as the same double.
    mutating func put(_ key: String, _ number: Double?) {
        begin(key)
        append(number.map { $0.description } ?? "null")
    }

    /// Seconds, as an exact decimal.
    mutating func put(_ key: String, microseconds: Int64?) {
        begin(key)
        guard let microseconds else { return append("null") }
        let fraction = String(microseconds % 1_000_000)
        append("\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)")
    }

    private mutating func nest(_ key: String?, _ open: String, _ inside: (inout JSONText) -> Void, _ close: String) {
        begin(key)
        append(open)
        isFirst = true
        inside(&self)
        append(close)
        isFirst = false
    }

    private mutating func begin(_ key: String?) {
        if !isFirst { append(",") }
        isFirst = false
        guard let key else { return }
        quote(key)
        append(":")
    }

    private mutating func quote(_ text: String) {
        append("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        append("\"")
    }

    private mutating func append(_ text: String) { bytes += Array(text.utf8) }
}
