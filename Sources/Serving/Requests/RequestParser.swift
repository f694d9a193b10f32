/// Bytes → requests: the strict reader of RFC 9112, one line at a time.
///
/// It keeps nothing but the line it has not seen the end of (in the caller's buffer) and a few flags, so a client
/// cannot make it allocate. What could be read in two ways (a bare CR or LF, folded fields, two lengths, a length
/// beside a transfer coding) is refused, not repaired; NIOHTTP1's decoder is not used here because its limits do
/// not tell a long target from a large header and it reads ahead of the answers.
package struct RequestParser {
    package enum Step: Equatable {
        /// All complete lines are consumed; more bytes are needed.
        case incomplete
        case request(Request)
        /// Nothing behind this point can be trusted.
        case fault(RequestFault)
    }

    private enum Stage {
        case requestLine
        case fields
        case fixedBody(remaining: Int)
        case chunkedBody(ChunkedBody)
        case failed
    }

    private enum Progress {
        case needsMore, moved, atEnd
    }

    private let limits: ServerLimits
    private var stage = Stage.requestLine
    private var line = LineScanner()
    private var head = RequestHead()
    private var sawEmptyLine = false

    package init(limits: ServerLimits) { self.limits = limits }

    /// Whether a request has begun that is not complete.
    package var isInsideRequest: Bool {
        if case .requestLine = stage { return head.byteCount > 0 || line.scannedCount > 0 }
        return true
    }

    /// The method of the request being read, for a refusal: an answer to HEAD has no body.
    var method: Request.Method { head.method }

    /// Reads up to one request from the front of `bytes` and adds what it used to `consumed`; the bytes not consumed
    /// must be passed again, with more behind them.
    package mutating func parse(_ bytes: UnsafeRawBufferPointer, consumed: inout Int) -> Step {
        do throws(RequestFault) {
            while true {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[consumed...])
                switch try advance(over: rest, consumed: &consumed) {
                case .needsMore: return .incomplete
                case .moved: continue
                case .atEnd:
                    let request = head.request
                    stage = .requestLine
                    head = RequestHead()
                    sawEmptyLine = false
                    return .request(request)
                }
            }
        } catch {
            stage = .failed
            return .fault(error)
        }
    }

    private mutating func advance(
        over bytes: UnsafeRawBufferPointer, consumed: inout Int
    ) throws(RequestFault) -> Progress {
        switch stage {
        case .requestLine:
            guard let text = try nextLine(in: bytes, consumed: &consumed) else { return .needsMore }
            try readRequestLine(text)
            return .moved

        case .fields:
            guard let text = try nextLine(in: bytes, consumed: &consumed) else { return .needsMore }
            if text.isEmpty { return try finishHead() }
            try head.readField(text, limits: limits)
            return .moved

        case .fixedBody(let remaining):
            let taken = min(remaining, bytes.count)
            consumed += taken
            stage = .fixedBody(remaining: remaining - taken)
            return taken == remaining ? .atEnd : .needsMore

        case .chunkedBody(var body):
            let isDone = try body.read(bytes, consumed: &consumed)
            stage = .chunkedBody(body)
            return isDone ? .atEnd : .needsMore

        case .failed: throw .malformed("bytes behind a request that was refused")
        }
    }

    /// The next line without its CR LF, or nil while its end is missing.
    private mutating func nextLine(
        in bytes: UnsafeRawBufferPointer, consumed: inout Int
    ) throws(RequestFault) -> UnsafeRawBufferPointer? {
        let length = try line.scan(bytes)
        let seen = length.map { $0 + 2 } ?? bytes.count
        if case .requestLine = stage, seen > limits.targetBytes + RequestHead.lineOverhead {
            throw .targetTooLong(limit: limits.targetBytes)
        }
        if head.byteCount + seen > limits.headerBytes { throw .headerTooLarge(limit: limits.headerBytes) }
        guard let length else { return nil }
        head.byteCount += seen
        consumed += seen
        return UnsafeRawBufferPointer(rebasing: bytes[..<length])
    }

    private mutating func readRequestLine(_ text: UnsafeRawBufferPointer) throws(RequestFault) {
        // RFC 9112 §2.2: a server should ignore at least one empty line before the request line.
        if text.isEmpty {
            if sawEmptyLine { throw .malformed("empty lines before the request line") }
            sawEmptyLine = true
            head.byteCount = 0
            return
        }
        try head.readRequestLine(text, limits: limits)
        stage = .fields
    }

    private mutating func finishHead() throws(RequestFault) -> Progress {
        switch try head.finish(limits: limits) {
        case .none, .fixed(0): return .atEnd
        case .fixed(let count): stage = .fixedBody(remaining: count)
        case .chunked: stage = .chunkedBody(ChunkedBody(limits: limits))
        }
        return .moved
    }
}
