/// Why a running agent could not be asked. Asking changes nothing, so all of it is safe to try again.
package enum ProbeError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidURL(String)
    case cannotReach(ProbeURL, reason: String)
    case timedOut(ProbeURL, after: Duration)
    case endedEarly(ProbeURL)
    /// Something answered, but not in HTTP/1.1.
    case notHTTP(ProbeURL, reason: String)
    case tooLarge(ProbeURL, limitBytes: Int)
    /// It could not be proved who answers, or who asks.
    case notTrusted(ProbeURL, reason: String)

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
        case .notTrusted(let url, let reason):
            "no secure connection to \(url): \(reason); is its certificate signed by who is trusted, and for this name? "
                + "(safe to try again)"
        case .tooLarge(let url, let limit): "the answer of \(url) is larger than \(limit) bytes"
        }
    }
}

extension ProbeError {
    /// What the library hides behind the name and place of its function: `…:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at …`.
    static func words(ofTLS error: any Error) -> String {
        let text = "\(error)"
        let mark = "OPENSSL_internal:"
        guard let place = text.firstRange(of: mark) else { return text }
        let name = text[place.upperBound...].prefix { $0 == "_" || $0.isLetter || $0.isNumber }
        return name.lowercased().map { $0 == "_" ? " " : String($0) }.joined()
    }
}
