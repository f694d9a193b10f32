package import Health

/// What an agent says of itself, out of its answer to `/api/v1/health/local`.
package enum PeerStatus {
    /// Where an agent is asked for its own judgement.
    package static let path = "/api/v1/health/local"

    /// `http://10.0.0.2:9180` → the address of its own judgement.
    package static func url(_ text: String) throws(ProbeError) -> ProbeURL {
        var url = try ProbeURL(text)
        if url.target == ProbeURL.local.target { url.target = path }
        return url
    }

    /// The value of `status`, which agents write first; nil where it is no such answer.
    package static func status(in answer: ProbeClient.Answer) -> HealthStatus? {
        guard answer.status == 200 else { return nil }
        var words = answer.body.prefix(200).split(separator: UInt8(ascii: "\""), maxSplits: 4)
            .map { String(decoding: $0, as: UTF8.self) }[...]
        guard let open = words.popFirst(), open.filter({ !$0.isWhitespace }) == "{", words.popFirst() == "status",
            let colon = words.popFirst(), colon.filter({ !$0.isWhitespace }) == ":", let word = words.popFirst()
        else { return nil }
        return HealthStatus(rawValue: word)
    }
}
