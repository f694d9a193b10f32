internal import Exposition

/// An error for the client, `application/problem+json` (RFC 9457), with what was expected and whether the same request
/// can be sent again.
struct Problem: Equatable, Sendable {
    var status: Status
    /// What was found, as a sentence without its full stop.
    var detail: String
    var expected: String
    var retryable: Bool

    init(_ status: Status, _ detail: String, expected: String, retryable: Bool = false) {
        self.status = status
        self.detail = detail
        self.expected = expected
        self.retryable = retryable
    }

    /// The type is `about:blank`, so the title is the phrase of the status (RFC 9457 §4.2.1).
    func render() -> [UInt8] {
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("type")
            json.value("about:blank")
            json.key("title")
            json.value(status.phrase)
            json.key("status")
            json.value(Int(status.code))
            json.key("detail")
            json.value(detail)
            json.key("expected")
            json.value(expected)
            json.key("retryable")
            json.value(retryable)
        }
        return json.finish()
    }
}

/// What a client sent, short enough to be sent back.
func excerpt(_ text: String) -> String {
    text.utf8.count <= 100 ? "\"\(text)\"" : "\"\(text.prefix(80))…\""
}
