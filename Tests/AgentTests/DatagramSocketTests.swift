import Agent
import Foundation
import Glibc
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("the sockets of datagrams")
struct DatagramSocketTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory("sockets")
        path = directory.path.appending("in.sock").string
    }

    private var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    private func open() throws(RunFailure) -> DatagramSocket {
        try DatagramSocket.open(.unix(path: path), receiveBuffer: .mebibytes(1))
    }

    @Test("a Unix socket is for its owner and group, and gone when its agent is")
    func mode() throws {
        var socket: DatagramSocket? = try open()
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o660)
        #expect(socket?.drops == nil)
        socket = nil
        #expect(!isThere)
    }

    @Test("a socket that a killed agent left behind gives way")
    func stale() throws {
        leaveSocket(SOCK_DGRAM)
        let socket = try open()
        try DatagramSender(unix: path).send("a")
        withExtendedLifetime(socket) { #expect(isThere) }
    }

    @Test("a socket at which somebody receives is refused, and stays his")
    func inUse() throws {
        let socket = try open()
        #expect(throws: RunFailure(.wrongConfiguration, refusal("unix:\(path)"))) { try open() }
        try DatagramSender(unix: path).send("a")
        withExtendedLifetime(socket) { #expect(isThere) }

        let address = try DatagramAddress.parse("udp://127.0.0.1:\(DatagramSender.freePort())")
        let first = try DatagramSocket.open(address, receiveBuffer: .mebibytes(1))
        #expect(throws: RunFailure(.wrongConfiguration, refusal(address.text))) {
            try DatagramSocket.open(address, receiveBuffer: .mebibytes(1))
        }
        withExtendedLifetime(first) {}
    }

    @Test("what is no socket of datagrams is left as it is")
    func otherFile() throws {
        try "kept".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(throws: RunFailure.self) { try open() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept")
        unlink(path)
        let stream = leaveSocket(SOCK_STREAM, isListening: true)
        #expect(throws: RunFailure.self) { try open() }
        #expect(isThere)
        close(stream)
    }

    @Test("a file that is another's by now is not removed")
    func replaced() throws {
        var socket: DatagramSocket? = try open()
        unlink(path)
        leaveSocket(SOCK_DGRAM)
        withExtendedLifetime(socket) {}
        socket = nil
        #expect(isThere)
    }

    @Test("a directory that is not there is named")
    func noDirectory() {
        let address = DatagramAddress.unix(path: "/nowhere/in.sock")
        let failure = RunFailure(
            .wrongConfiguration, "unix:/nowhere/in.sock: cannot receive there: No such file or directory")
        #expect(throws: failure) { try DatagramSocket.open(address, receiveBuffer: .mebibytes(1)) }
    }

    private func refusal(_ address: String) -> String {
        "\(address): cannot receive there: Address already in use; another program receives there: stop it, or give this input an address of its own"
    }

    /// A socket's file, as somebody who was killed leaves it; one that listens is the caller's to close.
    @discardableResult
    private func leaveSocket(_ type: __socket_type, isListening: Bool = false) -> CInt {
        let descriptor = socket(AF_UNIX, CInt(type.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        withUnsafePointer(to: name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if isListening { listen(descriptor, 1) } else { close(descriptor) }
        return descriptor
    }
}
