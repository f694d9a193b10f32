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
    }

    /// Fields that are the same wherever they are.
    struct Fields: OptionSet, Hashable, Sendable {
        let rawValue: UInt8

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

        var text: String {
            var text = ""
            if contains(.degraded) { text += "x-envoy-degraded: true\r\n" }
            if contains(.failsAtOnce) { text += "x-envoy-immediate-health-check-fail: true\r\n" }
            if contains(.allowsReading) { text += "allow: GET, HEAD\r\n" }
            if contains(.allowsPosting) { text += "allow: POST\r\n" }
            if contains(.asksForToken) { text += "www-authenticate: Bearer realm=\"plumbline\"\r\n" }
            if contains(.varies) { text += "vary: accept, accept-encoding\r\n" }
            if contains(.isGzip) { text += "content-encoding: gzip\r\n" }
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

    init(_ problem: Problem) { self.init(problem.status, .problem, problem.render()) }
}
