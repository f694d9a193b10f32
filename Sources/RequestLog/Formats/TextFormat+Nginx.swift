extension TextFormat {
    /// As nginx is told to write: `$remote_addr - $remote_user [$time_local] "$request" $status`.
    ///
    /// The variables and their escapes are those of ngx_http_log_module. A value in quotes holds no quote: nginx writes
    /// `\x22` for it.
    package init(name: String, nginx text: String) throws(TextFormatError) {
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
            parts.append(
                Part(literal: literal, key: "$" + variable, meaning: TextNames.meaning(ofVariable: variable)))
            literal = []
        }
        try self.init(name: name, parts: parts, end: literal)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        isDigit(byte) || lowercased(byte) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }
}
