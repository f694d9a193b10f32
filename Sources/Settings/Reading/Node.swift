/// A piece of the file and where it begins.
struct Node {
    enum Content {
        /// `isPlain`: written without quotes, so that `null`, `~` and nothing at all mean absence.
        case scalar(String, isPlain: Bool)
        case list([Node])
        case map([Entry])
        /// What was refused and reported already.
        case refused
    }

    struct Entry {
        var key: String
        var keyMark: Mark
        var value: Node
    }

    /// Line and column, from 1.
    struct Mark: Hashable {
        var line: Int
        var column: Int
    }

    var content: Content
    var mark: Mark

    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    /// What it is, for a message.
    var description: String {
        switch content {
        case .scalar(let text, _): isNull ? "nothing" : quoted(text)
        case .list: "a list"
        case .map: "a map"
        case .refused: "something else"
        }
    }
}
