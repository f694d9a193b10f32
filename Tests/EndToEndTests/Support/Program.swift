import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

/// A program that runs beside the test, for as long as the closure that was given to `withProgram`.
struct Program: Sendable {
    let processID: pid_t
    /// Where its standard output and standard error go.
    let log: FilePath

    func send(_ signal: CInt) { kill(processID, signal) }

    /// What it has in memory now.
    func residentBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Missing("VmRSS of process \(processID)")
        }
        return kilobytes << 10
    }

    /// The last lines of what it wrote, for messages.
    var lastWords: String {
        let text = (try? String(contentsOfFile: log.string, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(20).joined(separator: "\n")
    }
}

/// How a program ended, and how long that took from the signal that the end of the closure sent.
struct Ending: Sendable {
    var status: TerminationStatus
    var took: Duration
}

/// Runs `body` beside the program, then sends SIGTERM and waits; after ten seconds SIGKILL.
func withProgram<Result: Sendable>(
    _ path: FilePath, _ arguments: [String], environment: Environment = .inherit, directory: FilePath, log: FilePath,
    _ body: (Program) async throws -> Result
) async throws -> (result: Result, ending: Ending) {
    let output = try FileDescriptor.open(
        log, .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
    var options = PlatformOptions()
    options.teardownSequence = [.send(signal: .kill, allowedDurationToNextStep: .zero)]
    let clock = ContinuousClock()
    let outcome = try await Subprocess.run(
        .path(path), arguments: Arguments(arguments), environment: environment, workingDirectory: directory,
        platformOptions: options, input: .none,
        output: .fileDescriptor(output, closeAfterSpawningProcess: true), error: .combinedWithOutput
    ) { execution in
        let program = Program(processID: execution.processIdentifier.value, log: log)
        let result: Result
        do {
            result = try await body(program)
        } catch {
            program.send(SIGKILL)
            Issue.record("\(path.lastComponent?.string ?? ""): \(error)\n\(program.lastWords)")
            throw error
        }
        program.send(SIGTERM)
        let watchdog = Task {
            try await Task.sleep(for: .seconds(10))
            program.send(SIGKILL)
        }
        return (result, clock.now, watchdog)
    }
    let (result, asked, watchdog) = outcome.closureResult
    watchdog.cancel()
    return (result, Ending(status: outcome.terminationStatus, took: clock.now - asked))
}

/// Asks again every few milliseconds, until the answer is yes.
func wait(
    _ what: String, upTo limit: Duration = .seconds(15), until condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw Missing("waited \(limit) in vain: \(what)") }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// A port of 127.0.0.1 that nobody listened on a moment ago.
func freePort() throws -> Int {
    let socket = try listeningSocket()
    defer { close(socket.descriptor) }
    return socket.port
}

/// Whether anybody listens on the port of 127.0.0.1, without a connection that a server would log.
func isListening(_ port: Int) -> Bool {
    let digits = String(port, radix: 16, uppercase: true)
    let address = "0100007F:" + String(repeating: "0", count: 4 - digits.count) + digits
    guard let table = try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8) else { return false }
    return table.split(separator: "\n").contains { row in
        let columns = row.split(separator: " ")
        return columns.count > 3 && columns[1] == address && columns[3] == "0A"
    }
}

/// A socket that listens on a free port of 127.0.0.1; the caller closes it.
func listeningSocket() throws -> (descriptor: CInt, port: Int) {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failed = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            bind(descriptor, address, length) != 0 || listen(descriptor, 8) != 0
                || getsockname(descriptor, address, &length) != 0
        }
    }
    guard !failed else { throw Missing("a free port on 127.0.0.1: \(Errno(rawValue: errno))") }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}
