import SystemPackage

/// How rotation names the files beside a log.
enum RotatedName {
    /// What a name beside `path` is to it; nil if it has nothing to do with it.
    static func role(of name: String, beside path: FilePath) -> Identification.Role? {
        guard let base = path.lastComponent?.string, name.utf8.count > base.utf8.count + 1, name.hasPrefix(base) else {
            return nil
        }
        var rest = Array(name.utf8.dropFirst(base.utf8.count))
        guard rest[0] == UInt8(ascii: ".") || rest[0] == UInt8(ascii: "-") else { return nil }
        let gzip = Array(".gz".utf8)
        let compressed = rest.count > gzip.count && rest.suffix(gzip.count) == gzip[...]
        if compressed { rest.removeLast(gzip.count) }
        return isNumberOrDate(rest) ? .rotated : .neighbour
    }

    /// `.1`, `-20261122`, `.2026-11-22T10:00`, `-1700000000`: digits and what stands between them.
    private static func isNumberOrDate(_ suffix: [UInt8]) -> Bool {
        let between = Array("-_.:TZ".utf8)
        return suffix.contains { isDigit($0) } && suffix.allSatisfy { isDigit($0) || between.contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
