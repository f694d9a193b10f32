/// The text of a file → one tree, with the mark of every node.
///
/// Anchors, aliases and tags are refused (reported, and the rest is read); nesting deeper than `maximumDepth` and
/// what is not YAML ends the reading.
struct NodeReader: ~Copyable {
    static let maximumDepth = 16

    private var events: YAMLEvents
    private let text: FileText
    private let file: String
    private(set) var errors = SettingsErrors()

    init(_ text: FileText, file: String) {
        self.text = text
        self.file = file
        events = YAMLEvents(text.bytes)
    }

    /// The one document of the file; nil when it is empty or could not be read to the end.
    mutating func read() -> Node? {
        do throws(SettingsError) {
            _ = try next()
            guard case .documentStart = try next().kind else { return nil }
            let root = try node(from: next(), depth: 0)
            _ = try next()
            let last = try next()
            if case .streamEnd = last.kind { return root }
            throw wrong(at: last.mark, expected: "one document", found: "a second one")
        } catch {
            errors.append(error)
            return nil
        }
    }

    /// The recursion is bounded by `maximumDepth`.
    private mutating func node(from event: YAMLEvent, depth: Int) throws(SettingsError) -> Node {
        if depth > Self.maximumDepth {
            throw wrong(at: event.mark, expected: "at most \(Self.maximumDepth) levels", found: "a deeper one")
        }
        if event.hasAnchor {
            errors.append(wrong(at: event.mark, expected: "a value", found: "an anchor (they are not supported)"))
        }
        if let tag = event.tag {
            errors.append(
                wrong(at: event.mark, expected: "a value", found: "the tag \(quoted(tag)) (they are not supported)"))
        }
        var content = try self.content(of: event, depth: depth)
        if event.tag != nil { content = .refused }
        return Node(content: content, mark: event.mark)
    }

    private mutating func content(of event: YAMLEvent, depth: Int) throws(SettingsError) -> Node.Content {
        switch event.kind {
        case .scalar(let text, let isPlain): return .scalar(text, isPlain: isPlain)
        case .listStart: return .list(try list(depth: depth))
        case .mapStart: return .map(try map(depth: depth))
        case .alias(let name):
            errors.append(
                wrong(at: event.mark, expected: "a value", found: "the alias \(quoted(name)) (they are not supported)"))
            return .refused
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .listEnd, .mapEnd:
            preconditionFailure("libyaml closed what it had not opened")
        }
    }

    private mutating func list(depth: Int) throws(SettingsError) -> [Node] {
        var items: [Node] = []
        while true {
            let event = try next()
            if case .listEnd = event.kind { return items }
            items.append(try node(from: event, depth: depth + 1))
        }
    }

    private mutating func map(depth: Int) throws(SettingsError) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        while true {
            let event = try next()
            if case .mapEnd = event.kind { return entries }
            let key = try node(from: event, depth: depth + 1)
            let value = try node(from: next(), depth: depth + 1)
            switch key.content {
            case .scalar(let text, _): entries.append(Node.Entry(key: text, keyMark: key.mark, value: value))
            case .list, .map:
                errors.append(wrong(at: key.mark, expected: "the name of a setting", found: key.description))
            case .refused: break
            }
        }
    }

    private mutating func next() throws(SettingsError) -> YAMLEvent {
        do throws(YAMLSyntaxError) {
            return try events.next()
        } catch {
            throw explain(error)
        }
    }

    private borrowing func explain(_ error: YAMLSyntaxError) -> SettingsError {
        let line = text.line(error.mark.line)
        if line.prefix(while: { $0 == 9 || $0 == 32 }).contains(9) {
            let column = (line.firstIndex(of: 9) ?? line.startIndex) - line.startIndex + 1
            return wrong(
                at: Node.Mark(line: error.mark.line, column: column), expected: "spaces as indentation", found: "a tab")
        }
        let found = error.context.isEmpty ? error.problem : "\(error.problem) (\(error.context))"
        return wrong(at: error.mark, expected: "YAML or JSON", found: "an error of syntax: \(found)")
    }

    private borrowing func wrong(at mark: Node.Mark, expected: String, found: String) -> SettingsError {
        SettingsError(
            place: .file(name: file, line: mark.line, column: mark.column),
            problem: .wrong(expected: expected, found: found))
    }
}
