internal import NIOCore

extension SocketAddress {
    /// Whether it is of this machine: 127.0.0.0/8 and ::1 (RFC 6890), also as an IPv6 socket shows the former, and Unix sockets.
    var isLoopback: Bool {
        switch self {
        case .unixDomainSocket: return true
        case .v4, .v6:
            let text = ipAddress?.lowercased() ?? ""
            let address = text.hasPrefix("::ffff:") ? text.dropFirst("::ffff:".count) : text[...]
            return address == "::1" || address.hasPrefix("127.")
        }
    }
}
