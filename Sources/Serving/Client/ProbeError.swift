/// Why a running agent could not be asked. Asking changes nothing, so all of it is safe to try again.
package enum ProbeError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidURL(String)
    case cannotReach(ProbeURL, reason: String)
    case timedOut(ProbeURL, after: Duration)
    case endedEarly(ProbeURL)
    /// Something answered, but not in HTTP/1.1.
    case notHTTP(ProbeURL, reason: String)
    case tooLarge(ProbeURL, limitBytes: Int)

    package var description: String {
        switch self {
        case .invalidURL(let text):
            "\(excerpt(text)) is no address of an agent; expected one such as \(ProbeURL.local)"
        case .cannotReach(let url, let reason):
            "cannot reach \(url): \(reason); is plumbline running there? (safe to try again)"
        case .endedEarly(let url): "the connection to \(url) ended before the answer did (safe to try again)"
        case .timedOut(let url, let after): "no answer from \(url) within \(after) (safe to try again)"
        case .notHTTP(let url, let reason):
            "\(url) did not answer in HTTP: \(reason); is another program listening there? (safe to try again)"
        case .tooLarge(let url, let limit): "the answer of \(url) is larger than \(limit) bytes"
        }
    }
}
