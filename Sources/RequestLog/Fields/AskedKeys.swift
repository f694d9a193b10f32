/// Keys that mean something because the options ask for it, beside the usual names.
struct AskedKeys {
    /// By normalised path.
    private var meanings: [String: FieldMeaning] = [:]
    /// The objects in front of the dots of the paths, dots included.
    private var objects: Set<String> = []

    /// One key alone tells the segment, so the usual ones tell nothing.
    private let hasSegment: Bool

    init(_ options: ReaderOptions) {
        hasSegment = options.segmentKey != nil
        if let key = options.segmentKey { ask(for: key, FieldMeaning(field: .authenticated, rank: 0)) }
        if options.filters.contains(where: { !$0.userAgents.isEmpty }) {
            for (place, name) in AskedKeys.userAgents.enumerated() {
                ask(for: name, FieldMeaning(field: .userAgent, rank: UInt8(2 * place)))
            }
        }
    }

    private mutating func ask(for name: String, _ meaning: FieldMeaning) {
        let path = FieldNames.normalized(name)
        meanings[path] = meaning
        for place in path.indices where path[place] == "." { objects.insert(String(path[...place])) }
    }

    var isEmpty: Bool { meanings.isEmpty }

    /// Of a normalised path, with every container of its front peeled off.
    func meaning(ofPath path: String) -> FieldMeaning? {
        var rest = path[...]
        while true {
            if let meaning = meanings[String(rest)] { return meaning }
            guard let inside = FieldNames.peeled(rest) else { return nil }
            rest = inside
        }
    }

    func isWorthEntering(_ path: String) -> Bool {
        var rest = path[...]
        while true {
            if objects.contains(rest + ".") { return true }
            guard let inside = FieldNames.peeled(rest) else { return false }
            rest = inside
        }
    }

    /// What a key means that nobody has asked for; nil: nothing.
    func unasked(_ meaning: FieldMeaning?) -> FieldMeaning? {
        hasSegment && (meaning?.field == .identity || meaning?.field == .authenticated) ? nil : meaning
    }

    /// The formats with what is asked for in them.
    func added(to formats: [TextFormat]) -> [TextFormat] {
        if isEmpty { return formats }
        return formats.map { format in
            var format = format
            for place in format.parts.indices {
                let key = FieldNames.normalized(format.parts[place].key)
                format.parts[place].meaning = meanings[key] ?? unasked(format.parts[place].meaning)
            }
            return format
        }
    }

    /// Names of keys, of labels, and of the values of text formats as their writers call them.
    private static let userAgents = [
        "user_agent", "http_user_agent", "user_agent.original", "headers.user-agent", "request_user-agent", "ua",
        "browser_agent", "$http_user_agent", "$agent", "%{User-Agent}i", "%(a)s", "%({user-agent}i)s",
        "cs(User-Agent)",
    ]
}
