extension LineFormat {
    /// What stands in nginx.conf: the format alone, or the whole `log_format main escape=json '…' '…';`.
    ///
    /// With `escape=json` and a brace at the beginning it is JSON. With nginx's own escaping such lines are no JSON where a
    /// value has a quote in it; they are read as text.
    package init(nginx text: String) throws(TextFormatError) {
        let directive = NginxDirective(text)
        if directive.isJSON, directive.format.first(where: { !$0.isWhitespace }) == "{" {
            self = .json
        } else {
            self = .text(try TextFormat(name: "nginx", nginx: directive.format, pattern: text))
        }
    }
}

/// The pieces of a `log_format` directive, put together.
private struct NginxDirective {
    private(set) var format: String
    private(set) var isJSON = false

    init(_ text: String) {
        format = text
        var rest = text.drop { $0.isWhitespace }
        guard rest.hasPrefix("log_format"), rest.dropFirst("log_format".count).first?.isWhitespace == true else {
            return
        }
        rest = rest.dropFirst("log_format".count).drop { $0.isWhitespace }
        rest = rest.drop { !$0.isWhitespace }.drop { $0.isWhitespace }
        if rest.hasPrefix("escape=") {
            isJSON = rest.hasPrefix("escape=json")
            rest = rest.drop { !$0.isWhitespace }
        }
        format = NginxDirective.joined(rest)
    }

    /// Words in either quotes, or in none, up to the semicolon; what is in them stands side by side.
    private static func joined(_ text: Substring) -> String {
        var joined = ""
        var rest = text.drop { $0.isWhitespace }
        while let first = rest.first, first != ";" {
            if first == "'" || first == "\"" {
                rest = rest.dropFirst()
                while let next = rest.first, next != first {
                    if next == "\\", let escaped = rest.dropFirst().first, escaped == first || escaped == "\\" {
                        rest = rest.dropFirst()
                        joined.append(escaped)
                    } else {
                        joined.append(next)
                    }
                    rest = rest.dropFirst()
                }
                rest = rest.dropFirst()
            } else {
                joined += rest.prefix { !$0.isWhitespace && $0 != ";" }
                rest = rest.drop { !$0.isWhitespace && $0 != ";" }
            }
            rest = rest.drop { $0.isWhitespace }
        }
        return joined
    }
}

extension TextFormat {
    /// As nginx is told to write: `$remote_addr - $remote_user [$time_local] "$request" $status`.
    ///
    /// The variables and their escapes are those of ngx_http_log_module. A value in quotes holds no quote: nginx writes
    /// `\x22` for it.
    package init(name: String, nginx text: String, pattern: String? = nil) throws(TextFormatError) {
        try self.init(name: name, nginx: text, pattern: pattern, meaning: TextNames.meaning(ofVariable:))
    }

    /// - Parameter meaning: of a variable.
    init(
        name: String, nginx text: String, pattern: String?, meaning: (String) -> FieldMeaning?
    ) throws(TextFormatError) {
        var parts: [Part] = []
        var literal: [UInt8] = []
        let bytes = Array(text.utf8)
        var place = 0
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "$") else {
                literal.append(bytes[place])
                place += 1
                continue
            }
            let start = place
            place += 1
            let isBraced = place < bytes.count && bytes[place] == openBrace
            if isBraced { place += 1 }
            let first = place
            while place < bytes.count, TextFormat.isOfName(bytes[place]) { place += 1 }
            let variable = String(decoding: bytes[first..<place], as: UTF8.self)
            if isBraced {
                guard place < bytes.count, bytes[place] == closeBrace else {
                    throw TextFormatError(found: "${\(variable) without its end", expected: "${name}")
                }
                place += 1
            }
            guard !variable.isEmpty else {
                throw TextFormatError(found: "a $ without a name at byte \(start + 1)", expected: "$name or ${name}")
            }
            var part = Part(literal: literal, key: "$" + variable, meaning: meaning(variable))
            part.isList = TextFormat.upstreamLists.contains(variable)
            part.blanks = TextNames.blanks(ofVariable: variable)
            parts.append(part)
            literal = []
        }
        try self.init(name: name, pattern: pattern, parts: parts, end: literal)
    }

    /// One member for each upstream that was asked.
    private static let upstreamLists: Set<String> = [
        "upstream_addr", "upstream_bytes_received", "upstream_bytes_sent", "upstream_connect_time",
        "upstream_header_time", "upstream_queue_time", "upstream_response_length", "upstream_response_time",
        "upstream_status", "upstream_first_byte_time", "upstream_session_time",
    ]

    private static func isOfName(_ byte: UInt8) -> Bool {
        isDigit(byte) || lowercased(byte) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }
}
