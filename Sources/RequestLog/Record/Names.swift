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
    /// By hash, with open addressing: the numbers of texts; a copy of the table is two plain arrays.
    private var places: [UInt32] = Array(repeating: Names.empty, count: 64)
    private static let empty = UInt32.max

    /// A hostile log can invent texts without end; past the limit a new one is `(other)`.
    package init(limit: Int = Int(UInt32.max)) {
        self.limit = limit
        for reserved in ["", "(unmatched)", "(other)", "(older)"] { add(reserved) }
    }

    package var count: Int { texts.count }

    package mutating func intern(_ text: String) -> NameID {
        let place = place(of: text)
        if places[place] != Names.empty { return NameID(index: places[place]) }
        guard texts.count < limit else {
            overflows &+= 1
            return .other
        }
        return add(text)
    }

    package func find(_ text: String) -> NameID? {
        let number = places[place(of: text)]
        return number == Names.empty ? nil : NameID(index: number)
    }

    package subscript(identifier: NameID) -> String { texts[Int(identifier.index)] }

    @discardableResult
    private mutating func add(_ text: String) -> NameID {
        if (texts.count + 1) * 2 > places.count { grow() }
        let identifier = NameID(index: UInt32(texts.count))
        places[place(of: text)] = identifier.index
        texts.append(text)
        return identifier
    }

    /// Where the text stands, or would.
    ///
    /// Texts are told apart by their bytes: `String` takes a composed and a decomposed é for the same, and then the first
    /// to come would give its spelling to both.
    private func place(of text: String) -> Int {
        var place = Names.hash(text) & (places.count - 1)
        while places[place] != Names.empty, !texts[Int(places[place])].utf8.elementsEqual(text.utf8) {
            place = (place + 1) & (places.count - 1)
        }
        return place
    }

    private mutating func grow() {
        places = Array(repeating: Names.empty, count: places.count * 2)
        for (number, text) in texts.enumerated() { places[place(of: text)] = UInt32(number) }
    }

    /// Seeded anew in every process: a log cannot choose texts that fall together.
    private static func hash(_ text: String) -> Int {
        var hasher = Hasher()
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        return hasher.finalize()
    }
}
