import Exposition
import Serving
import TestSupport
import Testing

@Suite("/metrics in the form that was asked for", .timeLimit(.minutes(10)))
struct MetricsTests {
    private static let forms = [
        ("text/plain", "text/plain; version=0.0.4; charset=utf-8"),
        ("application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        (
            "application/vnd.google.protobuf",
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
        ),
    ]

    @Test("each form has its type, with gzip and without, and HEAD says the same", arguments: forms, [0, 1, 700])
    func form(form: (accept: String, type: String), series: Int) async throws {
        try await withServer(FakeView(.init(series: series))) { _, address in
            let plain = try await scrape(address, "Accept: \(form.accept)")
            let packed = try await scrape(address, "Accept: \(form.accept)", "Accept-Encoding: gzip")
            let headed = try await scrape(
                address, "Accept: \(form.accept)", "Accept-Encoding: gzip", method: "HEAD")
            for answer in [plain, packed, headed] {
                #expect(answer.fields["content-type"] == form.type)
                #expect(answer.fields["vary"] == "accept, accept-encoding")
                #expect(answer.fields["cache-control"] == "no-store")
            }
            #expect(plain.fields["content-encoding"] == nil)
            #expect(packed.fields["content-encoding"] == "gzip" && headed.fields["content-encoding"] == "gzip")
            #expect(headed.body.isEmpty && headed.fields["content-length"] != nil)
            #expect(packed.body.count < plain.body.count / (series == 700 ? 8 : 1))
            let unpacked = try #require(gunzipped(packed.body))
            // The one count that differs from request to request is the server's own, of as many digits.
            #expect(unpacked.count == plain.body.count)
            #expect(zip(unpacked, plain.body).count { $0 != $1 } <= 8)
        }
    }

    @Test("an error is not compressed and not negotiated")
    func failure() async throws {
        try await withServer(FakeView(.init(failure: FakeFailure()))) { _, address in
            let answer = try await scrape(
                address, "Accept: application/vnd.google.protobuf", "Accept-Encoding: gzip", status: 503)
            #expect(answer.fields["content-type"] == "application/problem+json")
            #expect(answer.fields["content-encoding"] == nil)
            #expect(String(decoding: answer.body, as: UTF8.self).contains("being rebuilt"))
        }
    }

    @Test("other answers are what they are")
    func others() async throws {
        try await withServer { _, address in
            for target in ["/livez", "/health", "/api/v1/ledger"] {
                let text = try await RawClient.exchange(
                    address, get(target, fields: "Accept: application/openmetrics-text", "Accept-Encoding: gzip"))
                let answer = try #require(RawResponse.all(in: text)?.first)
                #expect(
                    answer.status == 200 && answer.fields["content-encoding"] == nil && answer.fields["vary"] == nil)
            }
        }
    }

    private struct Scrape {
        var fields: [String: String]
        var body: [UInt8]
    }

    private func scrape(
        _ address: ListenAddress, _ fields: String..., method: String = "GET", status: Int = 200
    ) async throws -> Scrape {
        let client = try await RawClient.connect(to: address)
        let lines = ["\(method) /metrics HTTP/1.1", "Host: a", "Connection: close"] + fields
        try await client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        await client.readToEnd()
        await client.close()
        let received = client.received
        let end = try #require(received.indices.first { received[$0...].starts(with: "\r\n\r\n".utf8) })
        let body = Array(received[(end + 4)...])
        // Without the bytes of the body, which need not be text.
        let head = String(decoding: received[..<end], as: UTF8.self) + "\r\n\r\n"
        let answer = try #require(RawResponse.all(in: head, toHead: true)?.first)
        #expect(answer.status == status)
        if method != "HEAD" { #expect(answer.fields["content-length"] == "\(body.count)") }
        return Scrape(fields: answer.fields, body: body)
    }
}
