/// A line of text as its writer was told to write it: literals, and the values between them.
///
/// A value ends where the literal behind it begins; what is in quotes may hold escaped ones. The line ends with the last
/// literal or value, but for white space.
package struct TextFormat: Hashable, Sendable {
    /// One literal and the value behind it.
    struct Part: Hashable, Sendable {
        var literal: [UInt8]
        /// The writer's name for the value: `$status`, `%>s`.
        var key: String
        /// Nil: nobody asks for it.
        var meaning: FieldMeaning?
        /// How often the byte behind the value stands in it, too: three durations side by side.
        var inside = 0
        /// How many blanks stand in it, quotes or not.
        var blanks = 0
        /// Blanks may stand before the value, to bring it to a width.
        var isPadded = false
        /// A list of upstreams, whose members stand behind a comma and a blank, or between blanks around a colon.
        var isList = false
        /// It holds no blank.
        var isWord = false
        /// It begins with a digit.
        var isNumber = false
    }

    package let name: String
    /// What the user wrote, where it came from one.
    package let pattern: String?
    var parts: [Part]
    /// Behind the last value.
    let end: [UInt8]

    /// - Throws: where two values stand side by side, for nobody can tell where the first of them ends, and where a
    ///   request could not be told at all.
    init(name: String, pattern: String? = nil, parts: [Part], end: [UInt8]) throws(TextFormatError) {
        for (place, part) in parts.enumerated().dropFirst() where part.literal.isEmpty {
            throw TextFormatError(
                found: "\(part.key) directly behind \(parts[place - 1].key)",
                expected: "something between two values, so that one can tell where the first ends")
        }
        guard parts.contains(where: { $0.meaning?.field == .status }) else {
            throw TextFormatError(found: "no value that is a status", expected: "a status in every line")
        }
        self.name = name
        self.pattern = pattern
        self.parts = parts
        self.end = end
        // With one blank behind it, as behind `$time_local $status`, those inside are not its end.
        for place in parts.indices where literal(at: place + 1) == [space] {
            self.parts[place].inside = parts[place].blanks
        }
    }
}

/// Why a description of lines is none that lines can be read by.
package struct TextFormatError: Error, Equatable, Sendable {
    package var found: String
    package var expected: String

    package var text: String { "found \(found), expected \(expected)" }
}
