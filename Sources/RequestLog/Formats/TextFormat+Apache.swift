extension TextFormat {
    /// As Apache's mod_log_config is told to write: `%h %l %u %t "%r" %>s %b "%{Referer}i" %D`.
    ///
    /// Quotes may be written `\"` as in httpd.conf. Of %t without a pattern the brackets are the writer's. Modifiers
    /// (`%400,501{User-agent}i`, `%!200…`, `%<s`, `%>s`) do not change where a value stands.
    package init(name: String, apache text: String, pattern: String? = nil) throws(TextFormatError) {
        var compiler = PercentCompiler(text)
        while let directive = try compiler.next() {
            switch directive.letter {
            case "t" where directive.argument.isEmpty:
                compiler.literal("[")
                compiler.value(directive, FieldMeaning(field: .time, rank: 0))
                compiler.literal("]")
            case "t": compiler.time(directive)
            case "%": compiler.literal("%")
            case "q" where compiler.isDirectlyBehindPath: continue
            default:
                compiler.value(
                    directive, TextFormat.apacheMeaning(directive),
                    isWord: TextFormat.apacheWords.contains(directive.letter),
                    blanks: directive.letter == "r" ? TextNames.blanksOfRequest : 0)
            }
        }
        try self.init(name: name, pattern: pattern, parts: compiler.parts, end: compiler.end)
    }

    /// Addresses and numbers, in which no blank can be.
    private static let apacheWords: Set<Character> = ["a", "b", "B", "D", "h", "I", "O", "p", "P", "s", "S", "T"]

    private static func apacheMeaning(_ directive: PercentCompiler.Directive) -> FieldMeaning? {
        let argument = directive.argument
        switch directive.letter {
        case "s": return FieldMeaning(field: .status, rank: directive.takesLast ? 0 : 2)
        case "r": return FieldMeaning(field: .requestLine, rank: 0)
        case "m": return FieldMeaning(field: .method, rank: 0)
        case "U": return FieldMeaning(field: .path, rank: 0)
        case "u": return FieldMeaning(field: .identity, rank: 0)
        case "b", "B": return FieldMeaning(field: .bytes, rank: 2)
        case "O": return FieldMeaning(field: .bytes, rank: 0)
        case "D": return FieldMeaning(field: .duration, rank: 0, unit: .microseconds)
        case "T":
            let unit: DurationUnit = argument == "ms" ? .milliseconds : argument == "us" ? .microseconds : .seconds
            // Whole seconds say less than %D.
            return FieldMeaning(field: .duration, rank: unit == .seconds ? 4 : 2, unit: unit)
        case "o": return TextNames.ofHeader(argument)
        case "e", "n": return FieldNames.meaning(ofPath: FieldNames.normalized(argument))
        case "x": return TextNames.ofVarnish(argument)
        default: return nil
        }
    }
}

extension TextFormat {
    /// As gunicorn's `access_log_format`: `%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(D)s`.
    package init(name: String, gunicorn text: String, pattern: String? = nil) throws(TextFormatError) {
        var compiler = PercentCompiler(text)
        while let directive = try compiler.next(inParentheses: true) {
            switch directive.letter {
            case "%": compiler.literal("%")
            default:
                if directive.argument == "t" {
                    compiler.literal("[")
                    compiler.value(directive, FieldMeaning(field: .time, rank: 0))
                    compiler.literal("]")
                } else {
                    compiler.value(
                        directive, TextFormat.gunicornMeaning(directive.argument),
                        isWord: ["s", "b", "B", "D", "L", "M", "T"].contains(directive.argument),
                        blanks: directive.argument == "r" ? TextNames.blanksOfRequest : 0)
                }
            }
        }
        try self.init(name: name, pattern: pattern, parts: compiler.parts, end: compiler.end)
    }

    private static func gunicornMeaning(_ name: String) -> FieldMeaning? {
        switch name {
        case "u": return FieldMeaning(field: .identity, rank: 0)
        case "r": return FieldMeaning(field: .requestLine, rank: 0)
        case "m": return FieldMeaning(field: .method, rank: 0)
        case "U": return FieldMeaning(field: .path, rank: 0)
        case "s": return FieldMeaning(field: .status, rank: 0)
        case "b", "B": return FieldMeaning(field: .bytes, rank: 0)
        case "D": return FieldMeaning(field: .duration, rank: 0, unit: .microseconds)
        case "L": return FieldMeaning(field: .duration, rank: 2, unit: .seconds)
        case "M": return FieldMeaning(field: .duration, rank: 4, unit: .milliseconds)
        case "T": return FieldMeaning(field: .duration, rank: 6, unit: .seconds)
        default: break
        }
        guard name.hasPrefix("{"), let brace = name.lastIndex(of: "}") else { return nil }
        let inside = String(name[name.index(after: name.startIndex)..<brace])
        switch name[name.index(after: brace)...] {
        case "o": return TextNames.ofHeader(inside)
        case "e": return FieldNames.meaning(ofPath: FieldNames.normalized(inside))
        default: return nil
        }
    }
}
