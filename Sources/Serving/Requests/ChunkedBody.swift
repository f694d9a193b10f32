/// Reads a chunked body (RFC 9112 §7.1) to its end without keeping any of it.
struct ChunkedBody {
    private enum Stage {
        case size
        case data(remaining: Int)
        case dataEnd
        case trailers
    }

    private let limits: ServerLimits
    private var stage = Stage.size
    private var line = LineScanner()
    private var dataCount = 0
    /// Size lines, extensions and trailers: as much as a header may have.
    private var framingCount = 0

    init(limits: ServerLimits) { self.limits = limits }

    /// Consumes what it can; true at the end of the body.
    mutating func read(_ bytes: UnsafeRawBufferPointer, consumed: inout Int) throws(RequestFault) -> Bool {
        var offset = 0
        defer { consumed += offset }
        while offset < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            if case .data(let remaining) = stage {
                let taken = min(remaining, rest.count)
                offset += taken
                stage = taken == remaining ? .dataEnd : .data(remaining: remaining - taken)
                continue
            }
            let length = try line.scan(rest)
            let seen = length.map { $0 + 2 } ?? rest.count
            guard framingCount + seen <= limits.headerBytes else { throw .headerTooLarge(limit: limits.headerBytes) }
            guard let length else { return false }
            framingCount += seen
            offset += seen
            if try take(UnsafeRawBufferPointer(rebasing: rest[..<length])) { return true }
        }
        return false
    }

    private mutating func take(_ text: UnsafeRawBufferPointer) throws(RequestFault) -> Bool {
        switch stage {
        case .size:
            let size = try chunkSize(text)
            dataCount += size
            guard dataCount <= limits.bodyBytes else { throw .bodyTooLarge(limit: limits.bodyBytes) }
            stage = size == 0 ? .trailers : .data(remaining: size)
        case .dataEnd:
            guard text.isEmpty else { throw .malformed("a chunk that is longer than it says") }
            stage = .size
        case .trailers:
            if text.isEmpty { return true }
            guard let colon = text.firstIndex(of: ASCII.colon), colon > 0, text[..<colon].allSatisfy(ASCII.isToken)
            else { throw .malformed("a trailer field without a name") }
        case .data: break
        }
        return false
    }

    /// `*( ";" token [ "=" token ] )`; quoted values, which RFC 9112 §7.1.1 allows too, are refused: nobody sends them.
    private func checkExtensions(_ text: Slice<UnsafeRawBufferPointer>) throws(RequestFault) {
        guard !text.isEmpty else { return }
        let parts = text.split(separator: ASCII.semicolon, omittingEmptySubsequences: false)
        let areNamed = parts.dropFirst().allSatisfy { part in
            let words = part.split(separator: ASCII.equals, omittingEmptySubsequences: false)
            return words.count <= 2 && words.allSatisfy { !$0.isEmpty && $0.allSatisfy(ASCII.isToken) }
        }
        guard parts[0].isEmpty, areNamed else { throw .malformed("a chunk extension that is not NAME=VALUE") }
    }

    private func chunkSize(_ text: UnsafeRawBufferPointer) throws(RequestFault) -> Int {
        let digits = text.prefix { ASCII.hexValue($0) != nil }
        guard !digits.isEmpty, digits.count <= 8 else {
            throw .malformed("a chunk size that is not a hexadecimal number")
        }
        try checkExtensions(text[digits.count...])
        return digits.reduce(0) { $0 << 4 | Int(ASCII.hexValue($1) ?? 0) }
    }
}
