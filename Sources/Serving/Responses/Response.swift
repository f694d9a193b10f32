/// One answer, before it becomes bytes on a connection.
struct Response: Equatable, Sendable {
    enum ContentType: String, Sendable {
        case plainText = "text/plain; charset=utf-8"
        case prometheus = "text/plain; version=0.0.4; charset=utf-8"
        case json = "application/json"
        case health = "application/health+json"
        case problem = "application/problem+json"
    }

    var status: Status
    var contentType: ContentType
    var body: [UInt8]

    init(_ status: Status, _ contentType: ContentType, _ body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    init(_ status: Status = .ok, text: String) { self.init(status, .plainText, Array(text.utf8)) }

    init(_ problem: Problem) { self.init(problem.status, .problem, problem.render()) }
}
