import Files
import Glibc
package import Settings
import SystemPackage

/// A socket that datagrams arrive at. What it does with the kernel is here; the file of a Unix socket goes with it.
package final class DatagramSocket: Sendable {
    package let address: DatagramAddress
    /// What the kernel keeps until it is read, as granted.
    package let receiveBuffer: ByteCount
    let descriptor: CInt
    /// The file of a Unix socket, as it was made.
    private let file: SocketFile?

    /// - Parameter descriptor: is closed with the socket.
    init(_ address: DatagramAddress, descriptor: CInt, file: SocketFile?) {
        self.address = address
        self.descriptor = descriptor
        self.file = file
        // The kernel says twice what it was asked for, its own needs included (socket(7)).
        receiveBuffer = ByteCount(bytes: Int(DatagramSocket.option(SO_RCVBUF, of: descriptor) ?? 0) / 2)
    }

    deinit {
        removeFile()
        close(descriptor)
    }

    /// Puts the next datagram into the room and returns how long it was, which may be longer than the room; nil when
    /// there is none.
    func receive(into room: UnsafeMutableRawBufferPointer) throws(Errno) -> Int? {
        while true {
            let flags = CInt(MSG_DONTWAIT | MSG_TRUNC)
            let count = recv(descriptor, room.baseAddress, room.count, flags)
            if count >= 0 { return count }
            let errno = Errno(rawValue: Glibc.errno)
            if errno == .wouldBlock { return nil }
            if errno != .interrupted { throw errno }
        }
    }

    /// Datagrams that the kernel has dropped so far, modulo 2^32: all of them, also behind the last one received, which
    /// SO_RXQ_OVFL would not tell. Nil where it cannot know: at a full Unix socket, the sender is refused or waits.
    package var drops: UInt32? {
        guard case .udp = address else { return nil }
        var info = [UInt32](repeating: 0, count: DatagramSocket.memoryInfoDrops + 1)
        var length = socklen_t(info.count * 4)
        guard getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, &info, &length) == 0 else { return nil }
        return info[DatagramSocket.memoryInfoDrops]
    }

    /// How many datagrams the kernel keeps at a Unix socket, whatever their size.
    var queueLength: Int? {
        guard case .unix = address, let file = try? RealFileSystem().open("/proc/sys/net/unix/max_dgram_qlen", .read),
            let bytes = try? file.bytes(at: 0, count: 20)
        else { return nil }
        return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    /// Whether new senders find it: somebody may have removed or replaced the file.
    var isReachable: Bool { file?.isInPlace ?? true }

    /// From here on no new sender finds it.
    func removeFile() { file?.remove() }

    /// SK_MEMINFO_DROPS of linux/sock_diag.h.
    private static let memoryInfoDrops = 8

    private static func option(_ name: CInt, of descriptor: CInt) -> CInt? {
        var value: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}

/// The file of a Unix socket: which one it is, not only where.
struct SocketFile: Sendable {
    let path: String
    private let device: UInt64
    private let inode: UInt64

    /// As it is there now; nil when nothing is.
    init?(at path: String) {
        guard let status = SocketFile.status(of: path) else { return nil }
        self.path = path
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }

    var isInPlace: Bool {
        guard let status = SocketFile.status(of: path) else { return false }
        return UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
    }

    /// Another's stays.
    func remove() {
        if isInPlace { unlink(path) }
    }

    static func status(of path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }
}
