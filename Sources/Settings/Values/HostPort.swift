internal import Glibc

/// Where to listen: `127.0.0.1:9180`, `[::1]:9180`, `localhost:9180`; port 0 lets the system choose.
package struct HostPort: TextValue, Hashable {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    package var host: String
    package var port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    package static var valueName: String { "HOST:PORT" }
    package static var noun: String { "a host and a port" }
    package static var example: String? { "127.0.0.1:9180" }

    package init?(text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard digits.count <= 5, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits) else {
            return nil
        }
        let host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = String(host.dropFirst().dropLast())
            guard Self.isAddress(address, of: AF_INET6) else { return nil }
            self.init(host: address, port: port)
        } else {
            guard Self.isName(host) else { return nil }
            self.init(host: host, port: port)
        }
    }

    package var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// An IPv4 address or a host name as of RFC 1123 §2.1: what looks like an address must be one.
    private static func isName(_ host: String) -> Bool {
        if host.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }) { return isAddress(host, of: AF_INET) }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return host.utf8.count <= 253
            && labels.allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63 && label.first != "-" && label.last != "-"
                    && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            }
    }

    private static func isAddress(_ text: String, of family: Int32) -> Bool {
        var address = in6_addr()
        return inet_pton(family, text, &address) == 1
    }
}
