import Agent
import Glibc
import Serving
import Settings
import Synchronization

/// `plumbline top` of the agent of this process, opened by the Enter key.
///
/// It is a program of its own: what becomes of the view does not become of the agent. The terminal stays as it is, so a
/// line is read and not a key, and none while this process is in the background: that would stop it.
final class LiveView: Sendable {
    private let tokenFile: String?
    /// The process of the view, 0 while there is none.
    private let process = Atomic<pid_t>(0)

    var isOpen: Bool { process.load(ordering: .relaxed) != 0 }

    private static let program = "/proc/self/exe"

    /// Nil where it cannot be offered: without a terminal that nothing else is read from, and with TLS, by which an agent
    /// is asked by a name of its certificate that nobody here knows.
    init?(_ settings: Settings) {
        guard isatty(STDIN_FILENO) == 1, Terminal.outputIsTerminal, settings.tls.certificate == nil,
            !settings.inputs.contains(where: { $0.path == "-" })
        else { return nil }
        tokenFile = settings.adminTokenFile
    }

    /// Waits for the key on a thread of its own.
    func watch(_ agent: RunningAgent) {
        let address = agent.addresses.admin ?? agent.addresses.listen
        let arguments = ["top", "\(address.ofThisMachine)"] + (tokenFile.map { ["--token-file", $0] } ?? [])
        // Who reads in the background is told EIO instead of being stopped.
        signal(SIGTTIN, SIG_IGN)
        AgentThread.start { [self] in
            while pressed() { open(arguments) }
        }
    }

    /// False when there is no more input.
    private func pressed() -> Bool {
        var byte: UInt8 = 0
        while true {
            var source = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&source, 1, -1) > 0 || errno == EINTR else { return false }
            guard tcgetpgrp(STDIN_FILENO) == getpgrp() else {
                sleep(1)
                continue
            }
            let count = read(STDIN_FILENO, &byte, 1)
            if count == 1, byte == UInt8(ascii: "\n") { return true }
            if count == 0 || count < 0 && errno != EINTR && errno != EIO { return false }
        }
    }

    private func open(_ arguments: [String]) {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals as a program finds them that a shell starts.
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = (["plumbline"] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var child: pid_t = 0
        AgentLogHandler.hold()
        defer { AgentLogHandler.release() }
        guard posix_spawn(&child, LiveView.program, nil, &attributes, &words, environ) == 0 else {
            return Terminal.complain("cannot start the live view: \(String(cString: strerror(errno)))")
        }
        process.store(child, ordering: .relaxed)
        defer { process.store(0, ordering: .relaxed) }
        while waitpid(child, nil, 0) < 0, errno == EINTR {}
    }

    /// At the end of the agent, so that the shell finds a terminal that was given back.
    func close() {
        let child = process.load(ordering: .relaxed)
        guard child != 0 else { return }
        kill(child, SIGTERM)
        for _ in 0..<100 where isOpen { usleep(10_000) }
    }
}
