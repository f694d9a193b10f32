/// One answer, before it becomes bytes on a connection.
struct Response: Equatable, Sendable {
    enum ContentType: String, Sendable {
        case plainText = "text/plain; charset=utf-8"
        case prometheus = "text/plain; version=0.0.4; charset=utf-8"
        case openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case protobuf =
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
        case json = "application/json"
        case health = "application/health+json"
        case problem = "application/problem+json"
        case html = "text/html; charset=utf-8"
        case css = "text/css; charset=utf-8"
        case javaScript = "text/javascript; charset=utf-8"
        case events = "text/event-stream"
    }

    /// Fields that are the same wherever they are.
    struct Fields: OptionSet, Hashable, Sendable {
        let rawValue: UInt16

        /// Envoy sends requests here only when the healthy hosts do not suffice.
        static let degraded = Fields(rawValue: 1)
        /// Envoy takes the host out at once, whatever its threshold is.
        static let failsAtOnce = Fields(rawValue: 2)
        static let allowsReading = Fields(rawValue: 4)
        static let allowsPosting = Fields(rawValue: 8)
        static let asksForToken = Fields(rawValue: 16)
        /// A cache must not give the answer to who asked for another form of it.
        static let varies = Fields(rawValue: 32)
        static let isGzip = Fields(rawValue: 64)
        /// Something of the live page: it may load what this server has and nothing else, and nobody may frame it.
        static let isPage = Fields(rawValue: 128)

        var text: String {
            var text = ""
            if contains(.degraded) { text += "x-envoy-degraded: true\r\n" }
            if contains(.failsAtOnce) { text += "x-envoy-immediate-health-check-fail: true\r\n" }
            if contains(.allowsReading) { text += "allow: GET, HEAD\r\n" }
            if contains(.allowsPosting) { text += "allow: POST\r\n" }
            if contains(.asksForToken) { text += "www-authenticate: Bearer realm=\"plumbline\"\r\n" }
            if contains(.varies) { text += "vary: accept, accept-encoding\r\n" }
            if contains(.isGzip) { text += "content-encoding: gzip\r\n" }
            if contains(.isPage) {
                text += "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; "
                text += "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
                text += "frame-ancestors 'none'\r\n"
                text += "referrer-policy: no-referrer\r\ncross-origin-opener-policy: same-origin\r\n"
            }
            return text
        }
    }

    var status: Status
    var contentType: ContentType
    var fields: Fields = []
    var body: [UInt8]

    init(_ status: Status, _ contentType: ContentType, _ body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    init(_ status: Status = .ok, text: String) { self.init(status, .plainText, Array(text.utf8)) }

    /// The same, smaller, where the client asks for it and it is worth it.
    func compressed(for preferences: Preferences) -> Response {
        guard body.count > 1_024 else { return self }
        var response = self
        response.fields.insert(.varies)
        guard preferences.wantsGzip else { return response }
        response.fields.insert(.isGzip)
        response.body = Gzip.compressed(body, level: 6)
        return response
    }

    init(_ problem: Problem) { self.init(problem.status, .problem, problem.render()) }
}
