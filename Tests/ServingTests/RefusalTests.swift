import Serving
import Testing

@Suite("what is no request is refused, and the connection ends", .timeLimit(.minutes(10)))
struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var status: Int

        init(_ name: String, _ text: String, _ status: Int = 400) {
            self.init(name, Array(text.utf8), status)
        }

        init(_ name: String, _ bytes: [UInt8], _ status: Int = 400) {
            self.name = name
            self.bytes = bytes
            self.status = status
        }

        var testDescription: String { name }
    }

    static let start = "GET /livez HTTP/1.1\r\nHost: a\r\n"
    static let post = "POST /livez HTTP/1.1\r\nHost: a\r\n"
    static let smuggled = "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"

    static let cases = [
        Case("TLS", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]),
        Case("HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        Case("NUL first", [0, 1, 2, 3]),
        Case("noise", [0xFF, 0xFE, 0x00, 0x80, 0x0D]),
        Case("a word", "hello\r\n\r\n"),
        Case("HTTP/0.9", "GET /livez\r\n\r\n"),
        Case("HTTP/3.0", "GET /livez HTTP/3.0\r\nHost: a\r\n\r\n", 505),
        Case("HTTP/1.1x", "GET /livez HTTP/1.1x\r\nHost: a\r\n\r\n"),
        Case("http in small letters", "GET /livez http/1.1\r\nHost: a\r\n\r\n"),
        Case("two spaces", "GET  /livez HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a space first", " GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a tab", "GET\t/livez\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a method that is no token", "G(T /livez HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a target without slash", "GET livez HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("https target", "GET https://a/livez HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a fragment", "GET /livez#x HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a raw byte above 127 in the target", "GET /käse HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a bad escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("half an escape", "GET /a%2 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("an escape alone", "GET /a% HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("an escaped NUL", "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("an escaped line feed", "GET /a%0Ab HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("escaped bytes that are not UTF-8", "GET /%FF%FE HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("an overlong escape", "GET /%C0%AF HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a surrogate", "GET /%ED%A0%80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a bad escape in the query", "GET /livez?a=%f HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("no Host", "GET /livez HTTP/1.1\r\n\r\n"),
        Case("two Hosts", start + "Host: b\r\n\r\n"),
        Case("a Host with a slash", "GET /livez HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Case("a space before the colon", start + "X : y\r\n\r\n"),
        Case("no colon", start + "nonsense\r\n\r\n"),
        Case("no name", start + ": y\r\n\r\n"),
        Case("a folded field", start + "X: a\r\n b\r\n\r\n"),
        Case("a field that begins with a space", "GET /livez HTTP/1.1\r\n Host: a\r\n\r\n"),
        Case("a bare line feed", "GET /livez HTTP/1.1\nHost: a\n\n"),
        Case("a bare line feed at the end", start + "\n"),
        Case("a bare carriage return in a value", start + "X: a\rY: b\r\n\r\n"),
        Case("a NUL in a value", start + "X: a\0b\r\n\r\n"),
        Case("an escape character in a value", start + "X: a\u{1B}[2J\r\n\r\n"),
        Case("two empty lines first", "\r\n\r\n" + start + "\r\n"),
        Case("both lengths", post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled),
        Case("both lengths, the other way", post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
        Case("two lengths", post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"),
        Case("the same length twice", post + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd"),
        Case("a list of lengths", post + "Content-Length: 4, 4\r\n\r\nabcd"),
        Case("a length with a sign", post + "Content-Length: +4\r\n\r\nabcd"),
        Case("a negative length", post + "Content-Length: -1\r\n\r\n"),
        Case("a hexadecimal length", post + "Content-Length: 0x4\r\n\r\nabcd"),
        Case("an empty length", post + "Content-Length:\r\n\r\n"),
        Case("a tab behind a length", post + "Content-Length: 4\t\r\n\r\nabcd"),
        Case("a length past all integers", post + "Content-Length: 99999999999999999999\r\n\r\n", 413),
        Case("a body past the limit", post + "Content-Length: 65537\r\n\r\n", 413),
        Case("a coding that is not known", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        Case("chunked and something", post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501),
        Case("chunked, disguised", post + "Transfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n"),
        Case("chunked twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Case("chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Case("a chunk size that is no number", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        Case("a chunk size with a prefix", post + "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n"),
        Case("a chunk extension without name", post + "Transfer-Encoding: chunked\r\n\r\n1;\r\na\r\n0\r\n\r\n"),
        Case("a chunk size past all integers", post + "Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n"),
        Case("a chunk longer than it says", post + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"),
        Case("a chunk ended by a bare line feed", post + "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n"),
        Case("chunks past the limit", post + "Transfer-Encoding: chunked\r\n\r\n10001\r\n", 413),
        Case("an expectation", post + "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n", 417),
        Case("an unknown expectation", start + "Expect: tea\r\n\r\n", 417),
        Case("a target past the limit", "GET /" + String(repeating: "a", count: 4096) + " HTTP/1.1\r\n", 414),
        Case("a target without end", "GET /" + String(repeating: "a", count: 10_000), 414),
        Case("a header past the limit", start + "X: " + String(repeating: "a", count: 17_000), 431),
        Case(
            "many long fields",
            start + String(repeating: "X: " + String(repeating: "a", count: 500) + "\r\n", count: 40), 431),
        Case("too many fields", start + String(repeating: "X: a\r\n", count: 101) + "\r\n", 431),
    ]

    @Test("the answer is one refusal with a reason", arguments: cases)
    func refusal(of shape: Case) async throws {
        try await withServer { server, address in
            let text = try await RawClient.exchange(address, shape.bytes)
            let answers = try #require(RawResponse.all(in: text), "\(text)")
            #expect(answers.map(\.status) == [shape.status], "\(text)")
            #expect(answers.first?.fields["connection"] == "close")
            #expect(answers.first?.fields["content-type"] == "application/problem+json")
            #expect(server.counts.refusedByStatus == [UInt16(shape.status): 1])
            #expect(server.counts.requests == 0)
        }
    }

    @Test("the answer comes through although the client goes on sending")
    func lingering() async throws {
        try await withServer { _, address in
            let client = try await RawClient.connect(to: address)
            client.push(RefusalTests.post + "Content-Length: 8000000\r\n\r\n")
            for _ in 0..<100 { client.push(String(repeating: "x", count: 10_000)) }
            let text = await client.readToEnd()
            #expect(RawResponse.all(in: text)?.map(\.status) == [413])
        }
    }

    @Test(
        "a small body is ignored and the next request answered",
        arguments: [
            "Content-Length: 5\r\n\r\nhello", "Content-Length: 0\r\n\r\n",
            "Content-Length: 65536\r\n\r\n" + String(repeating: "x", count: 65_536),
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: Chunked\r\n\r\n5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
        ])
    func body(text: String) async throws {
        try await withServer { _, address in
            for method in ["POST", "GET"] {
                let all = "\(method) /livez HTTP/1.1\r\nHost: a\r\n\(text)" + get("/readyz")
                let answers = try #require(RawResponse.all(in: try await RawClient.exchange(address, all)))
                #expect(answers.map(\.status) == [method == "GET" ? 200 : 405, 200])
            }
        }
    }
}
