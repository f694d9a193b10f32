/// One request, as far as the server needs it.
package struct Request: Equatable, Sendable {
    package enum Method: Sendable { case get, head, post, other }

    package struct Parameter: Equatable, Sendable {
        package var name: String
        package var value: String
    }

    package var method: Method
    /// Decoded; begins with `/`.
    package var path: String
    /// Decoded, in the order of the target.
    package var query: [Parameter]
    /// A page in a browser has sent it.
    package var hasOrigin = false
    /// What follows `Bearer` in its authorization.
    package var token: [UInt8]?
    /// Which of several forms of an answer the client would rather have.
    package var preferences = Preferences()
    /// False where the client wants, or its version means, that the connection ends with the answer.
    package var keepsAlive: Bool
    /// The client speaks HTTP/1.0, which must be told that the connection stays.
    package var isOldVersion: Bool
}
