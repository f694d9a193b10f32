import Glibc
package import Settings
import SystemPackage

extension DatagramSocket {
    /// The file's owner and group may send.
    private static let mode: mode_t = 0o660

    /// Binds a socket; a file that an agent left behind which was killed gives way, one at which somebody receives does
    /// not.
    ///
    /// - Parameter receiveBuffer: what the kernel is asked for; what it grants is less where `net.core.rmem_max` is.
    package static func open(
        _ address: DatagramAddress, receiveBuffer: ByteCount
    ) throws(RunFailure) -> DatagramSocket {
        if case .unix(let path) = address { try clear(path, for: address) }
        let descriptor = socket(family(of: address), kind, 0)
        guard descriptor >= 0 else { throw failure(address, errno) }
        var bytes = CInt(clamping: receiveBuffer.bytes)
        let length = socklen_t(MemoryLayout<CInt>.size)
        // Who may, is not bound by the system's limit.
        if setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, length) != 0 {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, length)
        }
        // Before anybody could find it, and once more because bind takes the umask away.
        if case .unix = address { fchmod(descriptor, mode) }
        guard withSocketAddress(of: address, { bind(descriptor, $0, $1) }) == 0 else {
            let reason = errno
            close(descriptor)
            throw failure(address, reason)
        }
        guard case .unix(let path) = address else {
            return DatagramSocket(address, descriptor: descriptor, file: nil)
        }
        chmod(path, mode)
        return DatagramSocket(address, descriptor: descriptor, file: SocketFile(at: path))
    }

    /// Removes a socket that nobody receives at any more.
    private static func clear(_ path: String, for address: DatagramAddress) throws(RunFailure) {
        guard let status = SocketFile.status(of: path) else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw RunFailure(
                .wrongConfiguration,
                "\(address.text): expected a socket or nothing at this path, found a file; it is left as it is")
        }
        let probe = socket(AF_UNIX, kind, 0)
        guard probe >= 0 else { throw failure(address, errno) }
        defer { close(probe) }
        let isAnswered = withSocketAddress(of: address, { connect(probe, $0, $1) }) == 0
        guard !isAnswered, errno == ECONNREFUSED else { throw failure(address, isAnswered ? EADDRINUSE : errno) }
        unlink(path)
    }

    private static func failure(_ address: DatagramAddress, _ errno: CInt) -> RunFailure {
        let errno = Errno(rawValue: errno)
        let hint =
            errno == .addressInUse
            ? "; another program receives there: stop it, or give this input an address of its own" : ""
        return RunFailure(.wrongConfiguration, "\(address.text): cannot receive there: \(errno)\(hint)")
    }

    private static let kind = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)

    private static func family(of address: DatagramAddress) -> CInt {
        switch address {
        case .udp(let at): at.host.contains(":") ? AF_INET6 : AF_INET
        case .unix: AF_UNIX
        }
    }

    private static func withSocketAddress<Result>(
        of address: DatagramAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        switch address {
        case .unix(let path):
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            // The path has been checked to be shorter than its place, which ends with zeros.
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
            return withPointer(to: name, body)
        case .udp(let at) where at.host.contains(":"):
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = at.port.bigEndian
            inet_pton(AF_INET6, at.host, &name.sin6_addr)
            return withPointer(to: name, body)
        case .udp(let at):
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = at.port.bigEndian
            inet_pton(AF_INET, at.host, &name.sin_addr)
            return withPointer(to: name, body)
        }
    }

    private static func withPointer<Name, Result>(
        to name: Name, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Name>.size))
            }
        }
    }
}
