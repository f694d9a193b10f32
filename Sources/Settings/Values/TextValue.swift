/// A value that is written as one piece of text: in the file, in a variable, after a flag.
package protocol TextValue: Sendable, Equatable {
    /// What stands for the value in help, with its unit: `DURATION`.
    static var valueName: String { get }

    /// What was expected, as a noun: `a duration`.
    static var noun: String { get }

    /// One way to write it; nil where the noun already lists the ways.
    static var example: String? { get }

    init?(text: String)

    /// The shortest way to write the value; `init(text:)` reads it back.
    var text: String { get }
}

extension TextValue {
    /// Reads the text, or says what was expected.
    package static func parse(_ text: String) throws(ValueError) -> Self {
        if let value = Self(text: text) { return value }
        throw ValueError(expected: expected(), found: quoted(text))
    }

    /// The noun with the example, where the type has one: `a duration such as "60s"`; `example` is a better one
    /// than its own.
    package static func expected(example: String? = nil) -> String {
        guard let own = Self.example else { return noun }
        return "\(noun) such as \"\(example ?? own)\""
    }
}

/// A text that is not the value it should be; the place is for the caller to add.
package struct ValueError: Error, Equatable, Sendable, CustomStringConvertible {
    package var expected: String
    package var found: String

    package init(expected: String, found: String) {
        self.expected = expected
        self.found = found
    }

    package var description: String { "expected \(expected), found \(found)" }
}

/// The text in quotes for a message: at most 60 characters, never a raw control character.
package func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars.prefix(60) {
        switch scalar {
        case "\"", "\\": result += "\\\(scalar)"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
            result += "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + (text.unicodeScalars.count > 60 ? "…\"" : "\"")
}
