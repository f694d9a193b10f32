import NIOCore
import NIOEmbedded
import NIOHTTP1
import Serving
import Testing

@Suite("bytes → requests")
struct RequestParserTests {
    static let pipeline = [
        "GET /health?a=b+c&d&e=%3D HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /x HTTP/1.1\r\nhost: a\r\nContent-Length: 3\r\n\r\nabc",
        "\r\nHEAD / HTTP/1.0\r\n\r\n",
        "PUT /y HTTP/1.1\r\nHOST:a\r\nTransfer-Encoding:  chunked \r\n\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\n",
        "GET /k%C3%A4se HTTP/1.1\r\nHost: [::1]:80\r\nConnection: x,Close\r\n\r\n",
    ].joined()

    static let seeds: Range<UInt64> = 0..<20

    @Test("the same requests come out wherever the bytes are cut", arguments: 0...Array(pipeline.utf8).count)
    func cut(at offset: Int) {
        let bytes = Array(RequestParserTests.pipeline.utf8)
        let (requests, fault) = parse([Array(bytes[..<offset]), Array(bytes[offset...])])
        #expect(fault == nil)
        #expect(requests.map(\.path) == ["/health", "/x", "/", "/y", "/käse"])
        #expect(requests.map(\.method) == [.get, .post, .head, .other, .get])
        #expect(requests.map(\.keepsAlive) == [true, true, false, true, false])
        #expect(requests[0].query.map(\.name) == ["a", "d", "e"])
        #expect(requests[0].query.map(\.value) == ["b c", "", "="])
    }

    @Test("whatever the bytes, cutting them changes nothing", arguments: seeds)
    func cutsOfMutations(seed: UInt64) {
        var random = SplitMix(state: seed)
        for round in 0..<20 {
            let bytes = mutation(&random)
            let whole = parse([bytes])
            let single = parse(bytes.map { [$0] })
            #expect(whole.requests == single.requests, "seed \(seed), round \(round)")
            #expect(whole.fault == single.fault, "seed \(seed), round \(round)")
        }
    }

    // A request that we accept and another reader of HTTP does not, or that ends elsewhere for it, is how requests are
    // smuggled past a proxy. The other way round is strictness.
    @Test("what is accepted is accepted by NIO's decoder too, with the same requests", arguments: seeds)
    func againstNIO(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        for round in 0..<500 {
            let bytes = mutation(&random)
            try compareWithNIO(
                bytes, "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
    }

    private func compareWithNIO(_ bytes: [UInt8], _ place: Comment) throws {
        var (requests, fault) = parse([bytes])
        let other = try heads(bytes)
        // NIO's decoder knows fewer methods: we refuse others later, by name.
        if let end = requests.firstIndex(where: { $0.method == .other }) {
            requests.removeLast(requests.count - end)
            fault = .tooSlow
        }
        // Nobody reads on behind a request that ends the connection.
        if let end = requests.firstIndex(where: { !$0.keepsAlive }), end + 1 < requests.count || fault != nil {
            requests.removeLast(requests.count - end - 1)
            fault = .tooSlow
        }
        #expect(other.count >= requests.count, place)
        if fault == nil { #expect(other.count == requests.count, place) }
        for (ours, theirs) in zip(requests, other) where theirs.uri.allSatisfy({ $0 != "%" }) {
            #expect(ours.path == theirs.uri.prefix { $0 != "?" }, place)
            #expect(ours.keepsAlive == theirs.isKeepAlive, place)
        }
    }

    private func parse(_ pieces: [[UInt8]]) -> (requests: [Request], fault: RequestFault?) {
        var parser = RequestParser(limits: ServerLimits())
        var pending: [UInt8] = []
        var requests: [Request] = []
        for piece in pieces {
            pending += piece
            while true {
                var consumed = 0
                let step = pending.withUnsafeBytes { parser.parse($0, consumed: &consumed) }
                pending.removeFirst(consumed)
                if case .request(let request) = step {
                    requests.append(request)
                    continue
                }
                if case .fault(let fault) = step { return (requests, fault) }
                break
            }
        }
        return (requests, nil)
    }

    /// The requests that NIO's decoder sees the end of, up to its first error.
    private func heads(_ bytes: [UInt8]) throws -> [HTTPRequestHead] {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
        var heads: [HTTPRequestHead] = []
        var last: HTTPRequestHead?
        do { try channel.writeInbound(ByteBuffer(bytes: bytes)) } catch {}
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head): last = head
            case .body: break
            case .end: if let head = last { heads.append(head) }
            }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return heads
    }

    /// Some requests made of harmless and nasty parts, with a byte changed here and there behind the request line.
    private func mutation(_ random: inout SplitMix) -> [UInt8] {
        let fields = [
            "Connection: close", "Connection: keep-alive", "Content-Length: 3", "Content-Length: 0",
            "content-length:03",
            "Transfer-Encoding: chunked", "transfer-encoding:chunked ", "Content-Length: 3, 3", "Transfer-Encoding: x",
            "X: y", "X:", " folded", "X : y", "Accept: */*\r\n more", "Expect: 100-continue", "Host: b",
        ]
        let bodies = ["", "", "abc", "0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n", "3;x=y\r\nabc\r\n0\r\nT: u\r\n\r\n", "\r\n"]
        let bytesToPlant: [UInt8] = [0, 9, 10, 13, 32, 44, 48, 58, 59, 127, 200]
        var text: [UInt8] = []
        for _ in 0...random.below(3) {
            let method = ["GET", "HEAD"][random.below(2)]
            text += Array("\(method) /a\(random.below(10)) HTTP/1.1\r\n".utf8)
            var rest = Array("Host: a\r\n".utf8)
            for _ in 0..<random.below(3) { rest += Array((fields[random.below(fields.count)] + "\r\n").utf8) }
            rest += Array("\r\n".utf8) + Array(bodies[random.below(bodies.count)].utf8)
            if random.below(2) == 0 { rest[random.below(rest.count)] = bytesToPlant[random.below(bytesToPlant.count)] }
            if random.below(6) == 0 { rest.remove(at: random.below(rest.count)) }
            text += rest
        }
        return text
    }
}

/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(bound))
    }
}
