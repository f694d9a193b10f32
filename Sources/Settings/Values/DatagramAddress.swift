/// Where datagrams are received: `udp://127.0.0.1:5140`, `udp://[::1]:5140` or `unix:/run/plumbline.sock`.
///
/// An address and no name: what a name stands for may be two addresses, and the sender takes one of them.
package enum DatagramAddress: TextValue, Hashable {
    case udp(HostPort)
    case unix(path: String)

    /// As much as a socket's address holds (unix(7)).
    private static let longestPath = 107

    package static var valueName: String { "SOCKET" }
    package static var noun: String { "a socket, unix:/PATH or udp://ADDRESS:PORT," }
    package static var example: String? { "udp://127.0.0.1:5140" }

    package init?(text: String) {
        if text.hasPrefix("udp://") {
            guard let address = HostPort(text: String(text.dropFirst("udp://".count))), address.port > 0,
                address.host.contains(":") || address.host.allSatisfy({ $0.isNumber || $0 == "." })
            else { return nil }
            self = .udp(address)
        } else if text.hasPrefix("unix:/") {
            // As a URL, a path may have two slashes before its own.
            let path = "/" + text.dropFirst("unix:".count).drop { $0 == "/" }
            guard !path.hasSuffix("/"), path.utf8.count <= Self.longestPath, !path.contains("\0") else { return nil }
            self = .unix(path: path)
        } else {
            return nil
        }
    }

    package var text: String {
        switch self {
        case .udp(let address): "udp://\(address.text)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Only programs of this machine reach it.
    package var isLocal: Bool {
        switch self {
        case .udp(let address): address.host == "::1" || address.host.hasPrefix("127.")
        case .unix: true
        }
    }

    /// Whether somebody who writes this means a socket, rightly written or not, and no file.
    static func isMeant(by path: String) -> Bool {
        path.hasPrefix("udp:") || path.hasPrefix("unix:") || path.contains("://")
    }
}

extension Settings.Input {
    /// The socket, where the input is one.
    package var datagrams: DatagramAddress? { DatagramAddress(text: path) }

    /// A path or a glob.
    package var isFile: Bool { path != "-" && datagrams == nil }
}
