/// Places in paths where so many names stand that they are one parameter: `/articles/{*}` for every article.
///
/// What `RouteTemplate` does not take for a parameter, a slug or a user's name, is learned here: where more than `limit`
/// different names were met behind the same beginning, all of them are `{*}` from then on. Learning only coarsens, and
/// what is learned depends on which paths were met and never on their order: what stands behind the names of one place
/// is put together when they become one, and may be learned in turn. What is a parameter already (`{id}`) stays one, and
/// so does the nothing behind a last slash.
package struct LearnedRoutes: Sendable {
    /// No segment of a request's path is written so in a template.
    static let parameter = "{*}"

    /// Past this number of names behind all slashes nothing new is learned; a hostile log can invent paths without end.
    package static let mostNames = 100_000

    /// Different names that a place can have before they are a parameter.
    package let limit: Int
    private var root = Place()
    private var nameCount = 0
    /// Templates from which nothing was learned because too many names are kept.
    package private(set) var refused: UInt64 = 0
    /// How often something was learned.
    package private(set) var changes = 0

    /// - Parameter limit: names in one place of a path before they are one parameter.
    package init(limit: Int) { self.limit = limit }

    package var isEmpty: Bool { changes == 0 }

    private var isFull: Bool { nameCount >= LearnedRoutes.mostNames }

    /// Takes notice of a template. One with `{*}` in it says what others have learned.
    mutating func learn(_ template: String) {
        guard !isFull || LearnedRoutes.hasParameter(template) else {
            refused &+= 1
            return
        }
        let segments = LearnedRoutes.segments(template)
        var changed = false
        nameCount += root.insert(segments[...], limit: limit, changed: &changed)
        if changed { changes += 1 }
    }

    /// The template with everything that is known by now.
    package func applied(to template: String) -> String {
        if isEmpty { return template }
        var place: Place? = root
        let segments = LearnedRoutes.segments(template).map { segment in
            let name = place.map { $0.isParameter && Place.isName(segment) ? LearnedRoutes.parameter : segment }
            place = name.flatMap { place?.behind[$0] }
            return name ?? segment
        }
        return (template.hasPrefix("/") ? "/" : "") + segments.joined(separator: "/")
    }

    /// What was learned, as templates that end in `{*}`, ascending.
    package var templates: [String] { root.templates(behind: "").sorted() }

    static func hasParameter(_ template: String) -> Bool {
        template.utf8.contains(UInt8(ascii: "*")) && segments(template).contains(parameter)
    }

    private static func segments(_ template: String) -> [String] {
        let path = template.hasPrefix("/") ? template.dropFirst() : template[...]
        return path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }
}

extension LearnedRoutes {
    /// What stands behind one beginning of paths.
    private struct Place: Sendable {
        var behind: [String: Place] = [:]
        /// Names among them.
        var names = 0
        var isParameter = false

        static func isName(_ segment: String) -> Bool { !segment.isEmpty && !segment.hasPrefix("{") }

        /// By how much the number of places has grown.
        mutating func insert(_ segments: ArraySlice<String>, limit: Int, changed: inout Bool) -> Int {
            guard let first = segments.first else { return 0 }
            var growth = 0
            if first == LearnedRoutes.parameter, !isParameter { growth += becomeParameter(limit, &changed) }
            let name = isParameter && Place.isName(first) ? LearnedRoutes.parameter : first
            if behind[name] == nil {
                growth += 1
                names += Place.isName(name) ? 1 : 0
            }
            growth += behind[name, default: Place()].insert(segments.dropFirst(), limit: limit, changed: &changed)
            if names > limit { growth += becomeParameter(limit, &changed) }
            return growth
        }

        /// Everything behind its names is behind one from now on.
        private mutating func becomeParameter(_ limit: Int, _ changed: inout Bool) -> Int {
            var growth = behind[LearnedRoutes.parameter] == nil ? 1 : 0
            var together = behind[LearnedRoutes.parameter] ?? Place()
            for (name, place) in behind where Place.isName(name) {
                growth += together.formUnion(place, limit: limit, changed: &changed) - 1
                behind[name] = nil
            }
            behind[LearnedRoutes.parameter] = together
            names = 0
            isParameter = true
            changed = true
            return growth
        }

        /// By how much there are more places than in both.
        private mutating func formUnion(_ other: Place, limit: Int, changed: inout Bool) -> Int {
            var growth = 0
            if other.isParameter, !isParameter { growth += becomeParameter(limit, &changed) }
            for (name, place) in other.behind {
                let name = isParameter && Place.isName(name) ? LearnedRoutes.parameter : name
                if behind[name] == nil {
                    behind[name] = place
                    names += Place.isName(name) ? 1 : 0
                } else {
                    growth += behind[name]!.formUnion(place, limit: limit, changed: &changed) - 1
                }
            }
            if names > limit { growth += becomeParameter(limit, &changed) }
            return growth
        }

        func templates(behind beginning: String) -> [String] {
            (isParameter ? [beginning + "/" + LearnedRoutes.parameter] : [])
                + behind.flatMap { name, place in place.templates(behind: beginning + "/" + name) }
        }
    }
}
