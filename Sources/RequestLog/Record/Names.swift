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

    /// What so many paths have in common that they are one route.
    package private(set) var learned: LearnedRoutes
    /// By identifier, whether it is made of a path alone: what is learned later holds for it.
    package private(set) var areOfPaths: [Bool] = []
    /// Of those the ones that a log, or the configuration, has stated since: that is what they are called.
    package private(set) var stated: [NameID] = []

    private let limit: Int
    /// By hash, with open addressing: the numbers of texts; a copy of the table is two plain arrays.
    private var places: [UInt32] = Array(repeating: Names.empty, count: 64)
    private static let empty = UInt32.max

    /// A hostile log can invent texts without end; past the limit a new one is `(other)`.
    ///
    /// - Parameter pathNames: names in one place of a path before they are one parameter.
    package init(limit: Int = Int(UInt32.max), pathNames: Int = Names.defaultPathNames) {
        self.limit = limit
        learned = LearnedRoutes(limit: pathNames)
        for reserved in ["", "(unmatched)", "(other)", "(older)"] { add(reserved) }
    }

    package var count: Int { texts.count }

    package static let defaultPathNames = 100

    /// What a log, or its configuration, calls something.
    package mutating func intern(_ text: String) -> NameID {
        let identifier = intern(text, isOfPath: false)
        if areOfPaths[Int(identifier.index)] {
            areOfPaths[Int(identifier.index)] = false
            stated.append(identifier)
        }
        return identifier
    }

    /// The route of a path's template, with what was learned of such paths so far; of one with `{*}` in it, that is
    /// learned.
    package mutating func intern(path template: String) -> NameID {
        learned.learn(template)
        return intern(learned.applied(to: template), isOfPath: true)
    }

    /// The route of a path as it stands in a snapshot; what was learned there is learned here.
    package mutating func intern(storedPath template: String) -> NameID {
        if LearnedRoutes.hasParameter(template) { learned.learn(template) }
        return intern(template, isOfPath: true)
    }

    /// What was learned elsewhere, as a template that ends in `{*}`.
    package mutating func learn(_ template: String) { learned.learn(template) }

    /// Takes notice of the paths that are here already, for whoever goes on from what others have counted: each place is
    /// as near to its limit as it was then.
    package mutating func learnKnownPaths() {
        for (place, text) in texts.enumerated() where areOfPaths[place] { learned.learn(text) }
    }

    private mutating func intern(_ text: String, isOfPath: Bool) -> NameID {
        let place = place(of: text)
        if places[place] != Names.empty { return NameID(index: places[place]) }
        guard texts.count < limit else {
            overflows &+= 1
            return .other
        }
        return add(text, isOfPath: isOfPath)
    }

    /// Routes that have become coarser since they were met: by identifier, the one that holds now.
    package mutating func coarsened() -> [NameID: NameID] {
        guard !learned.isEmpty else { return [:] }
        var coarser: [NameID: NameID] = [:]
        for (place, text) in texts.enumerated() where areOfPaths[place] {
            let now = learned.applied(to: text)
            if now != text { coarser[NameID(index: UInt32(place))] = intern(now, isOfPath: true) }
        }
        return coarser
    }

    package func find(_ text: String) -> NameID? {
        let number = places[place(of: text)]
        return number == Names.empty ? nil : NameID(index: number)
    }

    package subscript(identifier: NameID) -> String { texts[Int(identifier.index)] }

    @discardableResult
    private mutating func add(_ text: String, isOfPath: Bool = false) -> NameID {
        if (texts.count + 1) * 2 > places.count { grow() }
        let identifier = NameID(index: UInt32(texts.count))
        places[place(of: text)] = identifier.index
        texts.append(text)
        areOfPaths.append(isOfPath)
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
