/// Takes formats apart that are written with percent signs, Apache's and gunicorn's, and puts the parts together.
struct PercentCompiler {
    struct Directive {
        /// As it was written, for messages and explanations.
        var text: String
        /// `D` of `%D`, `i` of `%{Referer}i`; `s` of gunicorn's `%(D)s`.
        var letter: Character
        /// What stands in braces or parentheses.
        var argument: String
        /// `%>s`: of the last of several internal requests.
        var takesLast: Bool
    }

    private(set) var parts: [TextFormat.Part] = []
    /// The literal behind the last value.
    private(set) var end: [UInt8] = []
    private var rest: Substring
    /// What the last value is of a time.
    private var time: ApacheTime?

    init(_ text: String) { rest = text[...] }

    mutating func literal(_ text: some StringProtocol) { end += Array(text.utf8) }

    mutating func value(_ directive: Directive, _ meaning: FieldMeaning?, isWord: Bool = false, blanks: Int = 0) {
        parts.append(
            TextFormat.Part(literal: end, key: directive.text, meaning: meaning, blanks: blanks, isWord: isWord))
        end = []
        time = nil
    }

    /// A time, or the next part of the one that was the last value.
    mutating func time(_ directive: Directive) {
        let inBrackets = ApacheTime.inBrackets(directive.argument)
        if inBrackets != nil { literal("[") }
        let part = ApacheTime(inBrackets ?? directive.argument)
        let between = String(decoding: end, as: UTF8.self)
        if let longer = time?.followed(by: between, part) {
            parts[parts.count - 1].key += between + directive.text
            end = []
            time = longer
        } else {
            value(directive, nil)
            time = part
        }
        parts[parts.count - 1].meaning = time?.meaning
        parts[parts.count - 1].blanks = time?.blanks ?? 0
        if inBrackets != nil { literal("]") }
    }

    /// The query belongs to the path that stands before it.
    var isDirectlyBehindPath: Bool { end.isEmpty && parts.last?.meaning?.field == .path }

    /// Keeps the literal before it; nil at the end.
    mutating func next(inParentheses: Bool = false) throws(TextFormatError) -> Directive? {
        while let first = rest.first, first != "%" {
            rest = rest.dropFirst()
            guard first == "\\", let escaped = rest.first else {
                literal(String(first))
                continue
            }
            // As in httpd.conf: a quote or a backslash for itself, n and t for their white space.
            rest = rest.dropFirst()
            literal(escaped == "n" ? "\n" : escaped == "t" ? "\t" : String(escaped))
        }
        guard !rest.isEmpty else { return nil }
        let start = rest
        rest = rest.dropFirst()
        var directive = Directive(text: "", letter: "%", argument: "", takesLast: false)
        if inParentheses {
            if rest.first == "%" {
                rest = rest.dropFirst()
                return directive
            }
            guard rest.first == "(", let close = rest.firstIndex(of: ")") else {
                throw TextFormatError(found: "\(start.prefix(8))", expected: "%(name)s")
            }
            directive.argument = String(rest[rest.index(after: rest.startIndex)..<close])
            rest = rest[close...].dropFirst()
            guard rest.first == "s" else {
                throw TextFormatError(found: "%(\(directive.argument))\(rest.prefix(1))", expected: "an s behind it")
            }
        } else {
            while let next = rest.first, next.isNumber || next == "," || next == "!" || next == "<" || next == ">" {
                directive.takesLast = directive.takesLast || next == ">"
                rest = rest.dropFirst()
            }
            if rest.first == "{" {
                guard let close = rest.firstIndex(of: "}") else {
                    throw TextFormatError(found: "\(start.prefix(12))", expected: "a closing brace")
                }
                directive.argument = String(rest[rest.index(after: rest.startIndex)..<close])
                rest = rest[close...].dropFirst()
            }
            // `%^FB`, `%{NAME}^ti`: the circumflex and two letters.
            if rest.first == "^" {
                directive.letter = "^"
                rest = rest.dropFirst(2)
            }
        }
        guard let letter = rest.first else {
            throw TextFormatError(found: "\(start.prefix(12)) at the end", expected: "a letter behind it")
        }
        if directive.letter != "^" { directive.letter = letter }
        rest = rest.dropFirst()
        directive.text = String(start[..<rest.startIndex])
        return directive
    }
}
