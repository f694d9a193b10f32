/// Writes JSON (RFC 8259) front to back into one array of bytes.
///
/// Inside `object`, every value follows its `key`. Control characters, DEL and C1 are escaped although JSON would allow
/// some of them raw: what comes out is safe to print on a terminal.
package struct JSONWriter: Sendable {
    package enum Layout: Sendable {
        /// All on one line.
        case inline
        /// Every member or element begins a line, indented by its depth.
        case lines
    }

    package private(set) var bytes: [UInt8] = []
    private var layouts: [Layout] = []
    private var needsComma = false
    private var followsKey = false

    package init() {}

    package mutating func object(_ layout: Layout = .inline, _ members: (inout JSONWriter) -> Void) {
        nest(UInt8(ascii: "{"), UInt8(ascii: "}"), layout, members)
    }

    package mutating func array(_ layout: Layout = .inline, _ elements: (inout JSONWriter) -> Void) {
        nest(UInt8(ascii: "["), UInt8(ascii: "]"), layout, elements)
    }

    package mutating func key(_ name: String) {
        beginValue()
        quote(name)
        bytes.append(contentsOf: ": ".utf8)
        needsComma = false
        followsKey = true
    }

    package mutating func null() { write { $0.append(contentsOf: "null".utf8) } }

    package mutating func value(_ flag: Bool) { write { $0.append(contentsOf: (flag ? "true" : "false").utf8) } }

    package mutating func value(_ number: UInt64) { write { $0.append(integer: number) } }

    package mutating func value(_ number: Int) { write { $0.append(integer: Int128(number)) } }

    package mutating func value(_ number: Int64) { write { $0.append(integer: Int128(number)) } }

    package mutating func value(_ number: Int128) { write { $0.append(integer: number) } }

    /// The shortest text that is read back as the same number; null for nil and for what JSON has no number for.
    package mutating func value(_ number: Double?) {
        guard let number, number.isFinite else { return null() }
        write { $0.append(shortest: number) }
    }

    package mutating func value(_ text: String?) {
        guard let text else { return null() }
        beginValue()
        quote(text)
        needsComma = true
    }

    /// Integer nanoseconds as exact seconds.
    package mutating func seconds(nanoseconds: Int128) { write { $0.append(secondsOfNanoseconds: nanoseconds) } }

    /// A number that is itself an estimate, without the digits that mean nothing.
    package mutating func estimate(_ number: Double?) {
        guard let number, number.isFinite else { return null() }
        write { $0.append(estimate: number) }
    }

    /// The bytes, ended by a line feed.
    package consuming func finish() -> [UInt8] {
        precondition(layouts.isEmpty, "an object or array is still open")
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private mutating func write(_ token: (inout [UInt8]) -> Void) {
        beginValue()
        token(&bytes)
        needsComma = true
    }

    private mutating func beginValue() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        if followsKey {
            followsKey = false
        } else if layouts.last == .lines {
            newLine()
        } else if needsComma {
            bytes.append(UInt8(ascii: " "))
        }
    }

    private mutating func nest(_ open: UInt8, _ close: UInt8, _ layout: Layout, _ content: (inout JSONWriter) -> Void) {
        beginValue()
        bytes.append(open)
        layouts.append(layout)
        needsComma = false
        content(&self)
        let isEmpty = bytes.last == open
        layouts.removeLast()
        if layout == .lines, !isEmpty { newLine() }
        bytes.append(close)
        needsComma = true
    }

    private mutating func newLine() {
        bytes.append(UInt8(ascii: "\n"))
        for _ in layouts { bytes.append(contentsOf: "  ".utf8) }
    }
}

extension JSONWriter {
    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20, 0x7f: escape(byte)
            // C1 is C2 80 to C2 9F in UTF-8.
            case 0x80..<0xa0 where previous == 0xc2:
                bytes.removeLast()
                escape(byte)
            default: bytes.append(byte)
            }
            previous = byte
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ code: UInt8) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(digits[Int(code >> 4)])
        bytes.append(digits[Int(code & 15)])
    }
}
