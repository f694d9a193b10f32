import Serving
import Testing

/// The one answer to a request with further fields.
private func ask(
    _ address: ListenAddress, _ request: String, _ authorization: String
) async throws -> RawResponse {
    let text = "\(request) HTTP/1.1\r\nHost: test\r\n\(authorization)Connection: close\r\n\r\n"
    let answer = try #require(RawResponse.all(in: try await RawClient.exchange(address, text))?.first)
    if answer.status == 401 {
        #expect(answer.fields["www-authenticate"] == "Bearer realm=\"plumbline\"")
        #expect(answer.body.contains("authorization: Bearer TOKEN"))
    }
    return answer
}

@Suite("the tokens of the administrative side", .timeLimit(.minutes(10)))
struct AdminTokenTests {
    private let file = """
        # since May
        first-token-0123456789
          second-token-abcdefghi\r

        """

    @Test(
        "without one of them nothing administrative is answered, not even which methods there are",
        arguments: [
            ("", 401), ("Authorization: Bearer \r\n", 401), ("Authorization: Bearer wrong-token-0123456789\r\n", 401),
            ("Authorization: Bearer first-token-012345678\r\n", 401),
            ("Authorization: Bearer first-token-01234567890\r\n", 401),
            ("Authorization: Basic first-token-0123456789\r\n", 401),
            ("Authorization: first-token-0123456789\r\n", 401),
            ("X-Authorization: Bearer first-token-0123456789\r\n", 401),
            ("Authorization: Bearer first-token-0123456789\r\n", 200),
            ("authorization: bearer  second-token-abcdefghi \r\n", 200),
        ])
    func tokens(field: String, expected: Int) async throws {
        let credentials = Credentials(adminTokens: try AdminTokens(text: file, path: "tokens"))
        try await withServer(credentials: credentials) { server, address in
            let answer = try await ask(address, "GET /api/v1/ledger", field)
            #expect(answer.status == expected)
            #expect(try await ask(address, "POST /api/v1/health/drain", field).status == expected)
            #expect(try await ask(address, "PUT /api/v1/ledger", field).status == (expected == 200 ? 405 : 401))
            #expect(server.counts.unauthorized == (expected == 401 ? 3 : 0))
            // Probes and scrapers are no administrators.
            for path in ["/metrics", "/livez", "/api/v1/health/local", "/"] {
                #expect(try await ask(address, "GET \(path)", field).status == 200)
            }
        }
    }

    @Test("new tokens are for the requests that come after them")
    func renewal() async throws {
        let credentials = Credentials(adminTokens: try AdminTokens(text: file, path: "tokens"))
        try await withServer(credentials: credentials) { server, address in
            let field = "Authorization: Bearer third-token-0123456789\r\n"
            #expect(try await ask(address, "GET /api/v1/ledger", field).status == 401)
            try server.use(Credentials(adminTokens: try AdminTokens(text: "third-token-0123456789", path: "tokens")))
            #expect(try await ask(address, "GET /api/v1/ledger", field).status == 200)
        }
    }

    @Test(
        "a file without a good token is refused, and the error does not tell what is in it",
        arguments: [
            "", "\n\n", "# nothing", "short", "a token with spaces in it",
            "first-token-0123456789\nsecret-ä-0123456789",
        ])
    func refusedFile(text: String) throws {
        let error = #expect(throws: ServingError.self) { try AdminTokens(text: text, path: "/etc/tokens") }
        let words = try #require(error).description
        #expect(words.contains("/etc/tokens") && words.contains("expected"))
        #expect(!words.contains("secret") && !words.contains("short") && !words.contains("spaces in"))
    }

    @Test("two authorizations in one request are refused")
    func twice() async throws {
        try await withServer { _, address in
            let fields = "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"
            let answer = try await ask(address, "GET /livez", fields)
            #expect(answer.status == 400)
        }
    }
}
