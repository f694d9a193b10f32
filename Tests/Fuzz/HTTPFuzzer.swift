/// Any bytes from a client: the same requests wherever the bytes are cut, never more taken than there is, and nothing
/// behind a request that was refused.
///
/// Input: pieces, then what the client sends. The parser is compiled into this fuzzer, without the server around it.
@c(LLVMFuzzerTestOneInput)
func fuzzHTTP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    let pieces = Int(input.byte())
    let bytes = input.bytes
    let whole = parse([bytes])
    var places = Set([bytes.count])
    var state = UInt64(pieces)
    for _ in 0..<pieces % 8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        places.insert(Int(state >> 33) % (bytes.count + 1))
    }
    var start = 0
    let cut = places.sorted().map { end in
        defer { start = end }
        return Array(bytes[start..<end])
    }
    precondition(parse(cut).agrees(with: whole), "cutting the bytes changes the requests")
    precondition(parse(bytes.map { [$0] }).agrees(with: whole), "single bytes make other requests")
    return 0
}

private struct Parsed {
    var requests: [Request] = []
    var fault: RequestFault?

    /// Of a line that is too long and wrong too, its pieces decide which is seen first.
    func agrees(with other: Parsed) -> Bool {
        guard requests == other.requests, (fault == nil) == (other.fault == nil) else { return false }
        return fault == other.fault || [fault, other.fault].contains { $0.map(Self.isAboutLength) ?? false }
    }

    private static func isAboutLength(_ fault: RequestFault) -> Bool {
        switch fault {
        case .targetTooLong, .headerTooLarge: true
        default: false
        }
    }
}

private func parse(_ pieces: [[UInt8]]) -> Parsed {
    var limits = ServerLimits()
    // Small enough for a fuzzer to reach them.
    limits.headerBytes = 300
    limits.headerFields = 8
    limits.targetBytes = 60
    limits.bodyBytes = 100
    var parser = RequestParser(limits: limits)
    var pending: [UInt8] = []
    var parsed = Parsed()
    for piece in pieces {
        pending += piece
        while true {
            var consumed = 0
            let step = pending.withUnsafeBytes { parser.parse($0, consumed: &consumed) }
            precondition(consumed <= pending.count, "more bytes taken than there are")
            pending.removeFirst(consumed)
            switch step {
            case .incomplete: break
            case .request(let request):
                check(request)
                parsed.requests.append(request)
                continue
            case .fault(let fault):
                parsed.fault = fault
                _ = fault.status
                return parsed
            }
            break
        }
        precondition(pending.count <= limits.headerBytes, "the parser lets bytes pile up")
    }
    return parsed
}

private func check(_ request: Request) {
    precondition(request.path.utf8.first == UInt8(ascii: "/"), "a path that does not begin with /")
    let texts = [request.path] + request.query.flatMap { [$0.name, $0.value] }
    for text in texts {
        precondition(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }, "a control byte in a target")
    }
    // That cutting the bytes changes them neither is seen by comparing the requests.
    _ = (request.preferences.format, request.preferences.wantsGzip)
}
