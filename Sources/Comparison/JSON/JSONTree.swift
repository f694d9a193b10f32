/// A small JSON text (RFC 8259) as a value: a change record, or an answer of an agent.
package indirect enum JSONTree: Equatable, Sendable {
    case null
    case flag(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case array([JSONTree])
    /// In the order in which they are written.
    case object([Member])

    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: JSONTree

        package init(_ key: String, _ value: JSONTree) {
            self.key = key
            self.value = value
        }
    }

    package static func text(_ text: String?) -> JSONTree { text.map(JSONTree.text) ?? .null }

    package static func number(_ value: Double?) -> JSONTree {
        guard let value, value.isFinite else { return .null }
        return .number(value)
    }

    package static func texts(_ texts: [String]) -> JSONTree { .array(texts.map(JSONTree.text)) }

    package subscript(key: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    package var text: String? { if case .text(let text) = self { text } else { nil } }

    package var number: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    package var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }

    package var elements: [JSONTree]? { if case .array(let elements) = self { elements } else { nil } }
}

// MARK: Writing

extension JSONTree {
    /// Every member of an object on a line of its own, and every element that is an object; ended by a line feed.
    ///
    /// Control characters are escaped, C1 and DEL too: the file can be shown on a terminal.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, depth: 0)
        bytes.append(0x0a)
        return bytes
    }

    private var isFlat: Bool {
        switch self {
        case .array(let elements): elements.allSatisfy(\.isScalar)
        case .object(let members): members.allSatisfy { $0.value.isScalar } && members.count <= 6
        default: true
        }
    }

    private var isScalar: Bool {
        switch self {
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: true
        }
    }

    private func write(to bytes: inout [UInt8], depth: Int) {
        switch self {
        case .null: bytes += "null".utf8
        case .flag(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .number(let value): bytes += (value.isFinite ? "\(value)" : "null").utf8
        case .text(let text): JSONTree.quote(text, to: &bytes)
        case .array(let elements):
            list(elements, "[", "]", isFlat: isFlat, to: &bytes, depth) { element, bytes in
                element.write(to: &bytes, depth: depth + 1)
            }
        case .object(let members):
            list(members, "{", "}", isFlat: isFlat && depth > 0, to: &bytes, depth) { member, bytes in
                JSONTree.quote(member.key, to: &bytes)
                bytes += ": ".utf8
                member.value.write(to: &bytes, depth: depth + 1)
            }
        }
    }

    private func list<Item>(
        _ items: [Item], _ open: Unicode.Scalar, _ close: Unicode.Scalar, isFlat: Bool, to bytes: inout [UInt8],
        _ depth: Int, _ write: (Item, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (place, item) in items.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            if !isFlat {
                bytes.append(0x0a)
                bytes += repeatElement(0x20, count: 2 * (depth + 1))
            } else if place > 0 {
                bytes.append(0x20)
            }
            write(item, &bytes)
        }
        if !isFlat, !items.isEmpty {
            bytes.append(0x0a)
            bytes += repeatElement(0x20, count: 2 * depth)
        }
        bytes.append(UInt8(ascii: close))
    }

    private static func quote(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: bytes += "\\\"".utf8
            case 0x5c: bytes += "\\\\".utf8
            case 0x0a: bytes += "\\n".utf8
            case 0x0d: bytes += "\\r".utf8
            case 0x09: bytes += "\\t".utf8
            case 0..<0x20, 0x7f..<0xa0:
                let digits = String(scalar.value, radix: 16)
                bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: bytes += String(scalar).utf8
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
