/// The request line and the few fields that decide where a request ends and whether another may follow.
///
/// Source of the rules: RFC 9112 §3 (request line), §5 (fields), §6.3 (length of the body), §9.3 (persistence);
/// RFC 9110 §7.2 (Host), §10.1.1 (Expect).
struct RequestHead {
    enum Body: Equatable {
        case none
        case fixed(Int)
        case chunked
    }

    private static let longestMethod = 32
    /// What a request line has beside its target.
    static let lineOverhead = longestMethod + " HTTP/1.1 ".utf8.count

    /// Bytes of the head so far, line ends included.
    var byteCount = 0
    private(set) var method = Request.Method.other
    private var fieldCount = 0
    private var target = RequestTarget(path: "/", query: [])
    private var isOldVersion = false
    private var hasHost = false
    private var hasOrigin = false
    private var hasAuthorization = false
    private var token: [UInt8]?
    private var preferences = Preferences()
    private var contentLength: Int?
    private var isChunked = false
    private var wantsClose = false
    private var wantsKeepAlive = false
    private var expectsContinue = false

    var request: Request {
        Request(
            method: method, path: target.path, query: target.query, hasOrigin: hasOrigin, token: token,
            preferences: preferences,
            keepsAlive: isOldVersion ? wantsKeepAlive && !wantsClose : !wantsClose, isOldVersion: isOldVersion)
    }

    mutating func readRequestLine(_ line: UnsafeRawBufferPointer, limits: ServerLimits) throws(RequestFault) {
        guard let first = line.firstIndex(of: ASCII.space), let last = line.lastIndex(of: ASCII.space), first < last
        else { throw .malformed("a request line that is not three words") }
        let name = UnsafeRawBufferPointer(rebasing: line[..<first])
        guard !name.isEmpty, name.count <= RequestHead.longestMethod, name.allSatisfy(ASCII.isToken) else {
            throw .malformed("a method that is not a token")
        }
        method = RequestHead.method(name)
        try readVersion(UnsafeRawBufferPointer(rebasing: line[(last + 1)...]))
        let targetBytes = UnsafeRawBufferPointer(rebasing: line[(first + 1)..<last])
        guard targetBytes.count <= limits.targetBytes else { throw .targetTooLong(limit: limits.targetBytes) }
        // CONNECT has an authority and OPTIONS may have `*`; neither is served, so the target does not matter.
        if method == .other, targetBytes.first != ASCII.slash, targetBytes.allSatisfy({ (0x21...0x7E).contains($0) }),
            !targetBytes.isEmpty
        {
            return
        }
        target = try RequestTarget(decoding: targetBytes)
    }

    private static func method(_ name: UnsafeRawBufferPointer) -> Request.Method {
        if name.elementsEqual("GET".utf8) { return .get }
        if name.elementsEqual("HEAD".utf8) { return .head }
        return name.elementsEqual("POST".utf8) ? .post : .other
    }

    private mutating func readVersion(_ bytes: UnsafeRawBufferPointer) throws(RequestFault) {
        guard bytes.count == 8, bytes.prefix(5).elementsEqual("HTTP/".utf8), ASCII.isDigit(bytes[5]),
            bytes[6] == 0x2E, ASCII.isDigit(bytes[7])
        else { throw .malformed("a request line that does not end in HTTP/1.1") }
        guard bytes[5] == 0x31 else { throw .versionUnknown }
        isOldVersion = bytes[7] == 0x30
    }

    mutating func readField(_ line: UnsafeRawBufferPointer, limits: ServerLimits) throws(RequestFault) {
        fieldCount += 1
        guard fieldCount <= limits.headerFields else { throw .tooManyFields(limit: limits.headerFields) }
        if line[0] == ASCII.space || line[0] == ASCII.tab { throw .malformed("a header field folded over two lines") }
        guard let colon = line.firstIndex(of: ASCII.colon) else { throw .malformed("a header field without a colon") }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        guard !name.isEmpty, name.allSatisfy(ASCII.isToken) else {
            throw .malformed("a header field whose name is not a token")
        }
        let value = ASCII.trimmed(UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]))
        // Allowed around a value, but other readers differ in what a tab beside a length means.
        let hasTab = line.contains(ASCII.tab)
        switch name.count {
        case 4 where ASCII.equal(name, "host"): try readHost(value)
        case 6 where ASCII.equal(name, "expect"): try readExpect(value)
        case 6 where ASCII.equal(name, "origin"): hasOrigin = true
        case 6 where ASCII.equal(name, "accept"): preferences.readAccept(value)
        case 10 where ASCII.equal(name, "connection"): readConnection(value)
        case 13 where ASCII.equal(name, "authorization"): try readAuthorization(value)
        case 15 where ASCII.equal(name, "accept-encoding"): preferences.readAcceptEncoding(value)
        case 14 where hasTab && ASCII.equal(name, "content-length"),
            17 where hasTab && ASCII.equal(name, "transfer-encoding"):
            throw .malformed("a tab in a field that says where the request ends")
        case 14 where ASCII.equal(name, "content-length"): try readContentLength(value, limits: limits)
        case 17 where ASCII.equal(name, "transfer-encoding"): try readTransferEncoding(value)
        default: break
        }
    }

    /// The body that follows; throws where the fields together do not say one thing.
    func finish(limits: ServerLimits) throws(RequestFault) -> Body {
        if !hasHost && !isOldVersion { throw .malformed("no Host field") }
        if isChunked && contentLength != nil {
            throw .malformed("both Content-Length and Transfer-Encoding: the request could end in two places")
        }
        if isChunked && isOldVersion { throw .malformed("Transfer-Encoding in HTTP/1.0") }
        if let contentLength, contentLength > limits.bodyBytes { throw .bodyTooLarge(limit: limits.bodyBytes) }
        // Nobody here wants the body, so its sender is not told to continue; the bytes must not be taken for a request.
        let body: Body = isChunked ? .chunked : contentLength.map(Body.fixed) ?? .none
        if expectsContinue && body != .none && body != .fixed(0) { throw .expectationFailed }
        return body
    }

    private mutating func readHost(_ value: UnsafeRawBufferPointer) throws(RequestFault) {
        if hasHost { throw .malformed("two Host fields") }
        hasHost = true
        guard value.allSatisfy(RequestHead.isHostByte) else { throw .malformed("a Host field that is not HOST[:PORT]") }
    }

    private mutating func readExpect(_ value: UnsafeRawBufferPointer) throws(RequestFault) {
        guard ASCII.equal(value, "100-continue") else { throw .expectationFailed }
        expectsContinue = true
    }

    private mutating func readAuthorization(_ value: UnsafeRawBufferPointer) throws(RequestFault) {
        if hasAuthorization { throw .malformed("two Authorization fields") }
        hasAuthorization = true
        let scheme = UnsafeRawBufferPointer(rebasing: value.prefix { $0 != ASCII.space })
        guard ASCII.equal(scheme, "bearer") else { return }
        token = Array(ASCII.trimmed(UnsafeRawBufferPointer(rebasing: value.dropFirst(scheme.count))))
    }

    private mutating func readConnection(_ value: UnsafeRawBufferPointer) {
        for option in value.split(separator: ASCII.comma) {
            let word = ASCII.trimmed(UnsafeRawBufferPointer(rebasing: option))
            if ASCII.equal(word, "close") { wantsClose = true }
            if ASCII.equal(word, "keep-alive") { wantsKeepAlive = true }
        }
    }

    private mutating func readContentLength(
        _ value: UnsafeRawBufferPointer, limits: ServerLimits
    ) throws(RequestFault) {
        if contentLength != nil { throw .malformed("two Content-Length fields") }
        guard !value.isEmpty, value.allSatisfy(ASCII.isDigit) else {
            throw .malformed("a Content-Length that is not a number")
        }
        guard value.count <= 18 else { throw .bodyTooLarge(limit: limits.bodyBytes) }
        contentLength = value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private mutating func readTransferEncoding(_ value: UnsafeRawBufferPointer) throws(RequestFault) {
        if isChunked { throw .malformed("two Transfer-Encoding fields") }
        guard ASCII.equal(value, "chunked") else {
            let isTokenList = !value.isEmpty && value.allSatisfy { ASCII.isToken($0) || " ,;=\"\t".utf8.contains($0) }
            throw isTokenList ? .codingUnknown : .malformed("a Transfer-Encoding that is not a token")
        }
        isChunked = true
    }

    /// What `uri-host [":" port]` of RFC 3986 is made of.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~%!$&'()*+,;=:[]".utf8.contains(byte)
        }
    }
}
