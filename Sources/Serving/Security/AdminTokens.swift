/// What whoever uses the administrative side must know: one token a line, so that a new one can be added before the old
/// one goes. It is sent as `authorization: Bearer TOKEN` (RFC 6750 §2.1).
package struct AdminTokens: Equatable, Sendable {
    private let tokens: [[UInt8]]

    /// In bytes; a shorter one can be guessed.
    package static let shortest = 16
    package static let longest = 1024
    package static let most = 100

    /// - Parameter path: of the file whose text it is, for the error.
    package init(text: String, path: String) throws(ServingError) {
        var tokens: [[UInt8]] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let token = Array(line.utf8).trimmed
            if token.isEmpty || token.first == UInt8(ascii: "#") { continue }
            // Not a word of the token: it may be a secret all the same.
            guard (AdminTokens.shortest...AdminTokens.longest).contains(token.count),
                token.allSatisfy({ (0x21...0x7E).contains($0) })
            else {
                throw .cannotUse(
                    path, as: "the tokens of the administrative side", reason: "line \(number + 1) is no token",
                    expected: "\(AdminTokens.shortest) to \(AdminTokens.longest) printable characters without a space")
            }
            tokens.append(token)
        }
        guard (1...AdminTokens.most).contains(tokens.count) else {
            throw .cannotUse(
                path, as: "the tokens of the administrative side", reason: "it has \(tokens.count) tokens",
                expected: "1 to \(AdminTokens.most), one a line")
        }
        self.tokens = tokens
    }

    /// Takes as long for a wrong token as for the right one of the same length, and looks at all of them.
    func accept(_ token: [UInt8]?) -> Bool {
        guard let token else { return false }
        var isAccepted = false
        for known in tokens {
            var difference = UInt8(known.count == token.count ? 0 : 1)
            for place in token.indices { difference |= token[place] ^ known[place % known.count] }
            isAccepted = isAccepted || difference == 0
        }
        return isAccepted
    }
}

extension [UInt8] {
    fileprivate var trimmed: [UInt8] {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        return Array(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
