/// A small integer that stands for a text (a route, a version, a source) inside one process.
package struct NameID: Hashable, Comparable, Sendable {
    package var index: UInt32

    package init(index: UInt32) { self.index = index }

    /// The text that is not there: a log without versions.
    package static let none = NameID(index: 0)

    package static func < (left: NameID, right: NameID) -> Bool { left.index < right.index }
}

extension NameID {
    /// A 4xx whose path no rule and no route field knows: scanners share one series.
    package static let unmatched = NameID(index: 1)

    /// Everything past a limit.
    package static let other = NameID(index: 2)

    /// Every version but the newest ones.
    package static let older = NameID(index: 3)
}

/// The texts behind the `NameID`s. It only grows, so an identifier stays valid as long as its table; two tables that
/// begin alike agree on the reserved ones.
///
/// Lookups on the path of a line go through `NameCache`, by bytes; this table is met once per new text.
package struct Names: Sendable {
    package private(set) var texts: [String] = []
    /// Asked for a new text when the table was full: it got `NameID.other`.
    package private(set) var overflows: UInt64 = 0

    private let limit: Int
    private var identifiers: [Spelling: NameID] = [:]

    /// A text by its bytes: `String` takes a composed and a decomposed é for the same, and then the first to come would
    /// give its spelling to both.
    private struct Spelling: Hashable {
        let text: String

        static func == (left: Spelling, right: Spelling) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }

    /// A hostile log can invent texts without end; past the limit a new one is `(other)`.
    package init(limit: Int = Int(UInt32.max)) {
        self.limit = limit
        for reserved in ["", "(unmatched)", "(other)", "(older)"] { add(reserved) }
    }

    package var count: Int { texts.count }

    package mutating func intern(_ text: String) -> NameID {
        if let known = identifiers[Spelling(text: text)] { return known }
        guard texts.count < limit else {
            overflows &+= 1
            return .other
        }
        return add(text)
    }

    package func find(_ text: String) -> NameID? { identifiers[Spelling(text: text)] }

    package subscript(identifier: NameID) -> String { texts[Int(identifier.index)] }

    @discardableResult
    private mutating func add(_ text: String) -> NameID {
        let identifier = NameID(index: UInt32(texts.count))
        texts.append(text)
        identifiers[Spelling(text: text)] = identifier
        return identifier
    }
}
