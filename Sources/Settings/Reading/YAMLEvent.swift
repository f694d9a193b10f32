/// What libyaml says about a text, one event at a time.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case scalar(String, isPlain: Bool)
        case listStart, listEnd, mapStart, mapEnd
        case alias(String)
    }

    var kind: Kind
    var mark: Node.Mark
    var hasAnchor = false
    var tag: String?
}

/// A text that is not YAML.
struct YAMLSyntaxError: Error {
    var problem: String
    /// `while parsing a block mapping`; empty when libyaml does not say.
    var context: String
    var mark: Node.Mark
}
