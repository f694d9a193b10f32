extension Int: TextValue {
    package static var valueName: String { "NUMBER" }
    package static var noun: String { "a whole number" }
    package static var example: String? { "100" }

    package init?(text: String) {
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "-" }) else { return nil }
        self.init(text, radix: 10)
    }

    package var text: String { String(self) }
}

extension Bool: TextValue {
    package static var valueName: String { "true|false" }
    package static var noun: String { "true or false" }
    package static var example: String? { nil }

    package init?(text: String) { self.init(text) }

    package var text: String { String(self) }
}

extension String: TextValue {
    package static var valueName: String { "TEXT" }
    package static var noun: String { "a text" }
    package static var example: String? { nil }

    package init?(text: String) {
        guard !text.isEmpty, !text.contains("\0") else { return nil }
        self = text
    }

    package var text: String { self }
}

/// A number that is not negative, without an exponent.
extension Double: TextValue {
    package static var valueName: String { "NUMBER" }
    package static var noun: String { "a number" }
    package static var example: String? { "2.5" }

    package init?(text: String) {
        guard text.utf8.count <= 18, text.allSatisfy(Set("0123456789.").contains), let value = Double(text) else {
            return nil
        }
        self = value
    }

    package var text: String { self == rounded() && self < 1e18 ? String(Int64(self)) : String(self) }
}
