/// Why a request is refused before anybody looks at what it asks for. The connection ends with it.
package enum RequestFault: Error, Equatable, Sendable {
    /// The bytes are not a request of RFC 9112, or could be read in two ways.
    case malformed(String)
    case tooSlow
    case bodyTooLarge(limit: Int)
    case targetTooLong(limit: Int)
    case expectationFailed
    case headerTooLarge(limit: Int)
    case tooManyFields(limit: Int)
    case codingUnknown
    case versionUnknown

    var status: Status {
        switch self {
        case .malformed: .badRequest
        case .tooSlow: .requestTimeout
        case .bodyTooLarge: .contentTooLarge
        case .targetTooLong: .uriTooLong
        case .expectationFailed: .expectationFailed
        case .headerTooLarge, .tooManyFields: .headerFieldsTooLarge
        case .codingUnknown: .notImplemented
        case .versionUnknown: .versionNotSupported
        }
    }

    var problem: Problem {
        switch self {
        case .malformed(let found):
            Problem(status, found, expected: "a request as RFC 9112 has it, such as: GET /health HTTP/1.1")
        case .tooSlow:
            Problem(status, "the request did not arrive in time", expected: "a whole request at once", retryable: true)
        case .bodyTooLarge(let limit):
            Problem(status, "the request body is too large", expected: "no body; up to \(limit) bytes are ignored")
        case .targetTooLong(let limit):
            Problem(status, "the request target is too long", expected: "at most \(limit) bytes")
        case .expectationFailed:
            Problem(status, "no body is wanted here, so none is waited for", expected: "no Expect field, no body")
        case .headerTooLarge(let limit):
            Problem(status, "the request header is too large", expected: "at most \(limit) bytes in all")
        case .tooManyFields(let limit):
            Problem(status, "the request has too many header fields", expected: "at most \(limit)")
        case .codingUnknown:
            Problem(status, "the transfer coding is not known here", expected: "no body, or one that is chunked")
        case .versionUnknown:
            Problem(status, "the version of HTTP is not known here", expected: "HTTP/1.1 or HTTP/1.0")
        }
    }
}
