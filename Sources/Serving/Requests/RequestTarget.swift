/// The path and the query of a request, decoded strictly: a target that could mean two things is refused.
///
/// Source: RFC 9112 §3.2 (origin and absolute form), RFC 3986 §2.1 (percent-encoding). In the query `+` is a space, as
/// browsers write it.
struct RequestTarget: Equatable {
    var path: String
    var query: [Request.Parameter]

    init(path: String, query: [Request.Parameter]) {
        self.path = path
        self.query = query
    }

    init(decoding bytes: UnsafeRawBufferPointer) throws(RequestFault) {
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 }) else {
            throw .malformed("a request target with a byte that must be percent-encoded")
        }
        let local = try RequestTarget.originForm(of: bytes)
        let mark = local.firstIndex(of: ASCII.questionMark) ?? local.count
        let pathBytes = UnsafeRawBufferPointer(rebasing: local[..<mark])
        path = pathBytes.isEmpty ? "/" : try RequestTarget.text(decoding: pathBytes, plusIsSpace: false)
        query = []
        guard mark < local.count else { return }
        for pair in local[(mark + 1)...].split(separator: ASCII.ampersand) {
            let equals = pair.firstIndex(of: ASCII.equals) ?? pair.endIndex
            let name = UnsafeRawBufferPointer(rebasing: pair[..<equals])
            let value = UnsafeRawBufferPointer(rebasing: pair[min(equals + 1, pair.endIndex)...])
            query.append(
                Request.Parameter(
                    name: try RequestTarget.text(decoding: name, plusIsSpace: true),
                    value: try RequestTarget.text(decoding: value, plusIsSpace: true)))
        }
    }

    /// `http://host/path` is what a proxy is sent; a server must understand it and look at the path only.
    private static func originForm(of bytes: UnsafeRawBufferPointer) throws(RequestFault) -> UnsafeRawBufferPointer {
        if bytes.first == ASCII.slash { return bytes }
        let scheme = 7
        guard bytes.count > scheme, ASCII.equal(UnsafeRawBufferPointer(rebasing: bytes[..<scheme]), "http://") else {
            throw .malformed("a request target that does not begin with /")
        }
        let rest = bytes[scheme...]
        let end = rest.firstIndex { $0 == ASCII.slash || $0 == ASCII.questionMark } ?? rest.endIndex
        guard end > scheme else { throw .malformed("a request target without a host") }
        return UnsafeRawBufferPointer(rebasing: bytes[end...])
    }

    private static func text(
        decoding bytes: UnsafeRawBufferPointer, plusIsSpace: Bool
    ) throws(RequestFault) -> String {
        guard bytes.contains(where: { $0 == ASCII.percent || plusIsSpace && $0 == ASCII.plus }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            var byte = bytes[index]
            index += 1
            if byte == ASCII.percent {
                guard index + 1 < bytes.count, let high = ASCII.hexValue(bytes[index]),
                    let low = ASCII.hexValue(bytes[index + 1])
                else { throw .malformed("a percent sign without two hexadecimal digits behind it") }
                byte = high << 4 | low
                index += 2
                guard byte >= 0x20, byte != 0x7F else { throw .malformed("a percent-encoded control byte") }
            } else if plusIsSpace, byte == ASCII.plus {
                byte = ASCII.space
            }
            decoded.append(byte)
        }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw .malformed("percent-encoded bytes that are not UTF-8")
        }
        return text
    }
}
