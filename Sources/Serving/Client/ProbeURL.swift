/// Where to ask a running agent: `http://127.0.0.1:9180/health`, or `127.0.0.1:9180` for short; `https://…` for TLS.
package struct ProbeURL: Equatable, Sendable, CustomStringConvertible {
    package static let local = ProbeURL(address: ListenAddress(host: "127.0.0.1", port: 9180), target: "/health")

    package var address: ListenAddress
    package var isSecure = false
    /// Path and query as they go on the wire.
    package var target: String

    package init(address: ListenAddress, target: String) {
        self.address = address
        self.target = target
    }

    /// Without a path it asks for `/health`, without a port at 80 or 443 (9180 where the scheme is missing too).
    package init(_ text: String) throws(ProbeError) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw .invalidURL(text)
        }
        var rest = text[...]
        var defaultPort = ProbeURL.local.address.port
        if rest.lowercased().hasPrefix("http://") {
            rest = rest.dropFirst("http://".count)
            defaultPort = 80
        } else if rest.lowercased().hasPrefix("https://") {
            rest = rest.dropFirst("https://".count)
            defaultPort = 443
            isSecure = true
        }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = String(rest[..<end])
        guard let address = ListenAddress(authority) ?? ListenAddress("\(authority):\(defaultPort)"), address.port > 0
        else { throw .invalidURL(text) }
        self.address = address
        let target = String(rest[end...])
        switch target.first {
        case nil: self.target = "/health"
        case "?": self.target = "/health" + target
        default: self.target = target
        }
    }

    package var description: String { "\(isSecure ? "https" : "http")://\(address)\(target)" }
}
