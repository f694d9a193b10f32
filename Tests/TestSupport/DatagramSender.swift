import Glibc
package import SystemPackage

/// Sends datagrams to a socket of this machine.
package final class DatagramSender {
    private let descriptor: CInt

    package init(udp port: UInt16) throws(Errno) {
        descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        name.sin_port = port.bigEndian
        try reach(&name)
    }

    package init(unix path: String) throws(Errno) {
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        try reach(&name)
    }

    deinit { close(descriptor) }

    /// Waits while a Unix socket is full; a UDP socket that is full drops it.
    package func send(_ text: String) throws(Errno) {
        var text = text
        let sent = text.withUTF8 { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
        if sent < 0 { throw Errno(rawValue: errno) }
    }

    /// A port of 127.0.0.1 that no datagrams were received at a moment ago.
    package static func freePort() throws(Errno) -> UInt16 {
        let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw Errno(rawValue: errno) }
        return UInt16(bigEndian: name.sin_port)
    }

    private func reach<Name>(_ name: inout Name) throws(Errno) {
        let result = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
        if result != 0 { throw Errno(rawValue: errno) }
    }
}
