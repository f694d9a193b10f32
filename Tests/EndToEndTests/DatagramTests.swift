import Foundation
import Glibc
import Subprocess
import SystemPackage
import TestSupport
import Testing

extension EndToEnd {
    @Suite("datagrams", .timeLimit(.minutes(3)))
    struct DatagramTests {
        @Test("in a flood, what is received and what the kernel drops are what was sent")
        func flood() async throws {
            try await withWorkplace { place in
                let port = try DatagramSender.freePort()
                let config = try place.write(
                    "plumbline.yaml",
                    "inputs: [{path: 'udp://127.0.0.1:\(port)'}]\nlimits: {receive_buffer: 64KiB}\n")
                let sender = try DatagramSender(udp: port)
                try await withAgent("--config", config.string, in: place) { agent in
                    agent.send(SIGSTOP)
                    for number in 0..<5_000 { try sender.send(NumberedLog.line(number)) }
                    agent.send(SIGCONT)
                    for number in 5_000..<50_000 { try sender.send(NumberedLog.line(number)) }
                    try await wait("50,000 datagrams, received or dropped") {
                        let ledger = try await agent.read(Summary.Ledger.self, "/api/v1/ledger")
                        return ledger.lines + (ledger.lostDatagrams ?? 0) == 50_000
                    }
                    let ledger = try await agent.read(Summary.Ledger.self, "/api/v1/ledger")
                    let lost = try #require(ledger.lostDatagrams)
                    #expect(lost > 4_000)
                    #expect(ledger.accepted == 50_000 - lost)
                    try await agent.commits(ledger.accepted)
                    try await wait("the drops in the metrics") {
                        try await agent.metric("plumbline_agent_lost_datagrams_total") == Double(lost)
                    }
                }
            }
        }

        @Test("who sends to a Unix socket waits, and nothing is lost")
        func patientSender() async throws {
            try await withWorkplace { place in
                let socket = place.file("in.sock").string
                try await withAgent("unix:\(socket)", in: place) { agent in
                    let sender = try DatagramSender(unix: socket)
                    for number in 1...20_000 { try sender.send(NumberedLog.line(number)) }
                    try await agent.commits(20_000)
                }
                try await NumberedLog.expect(.of(place.data), has: 20_000)
            }
        }

        @Test("after kill -9 the socket left behind gives way, and after an orderly stop there is none")
        func staleSocket() async throws {
            try await withWorkplace { place in
                let socket = place.file("in.sock").string
                try await withAgent("unix:\(socket)", in: place) { agent in
                    let sender = try DatagramSender(unix: socket)
                    for number in 1...1_000 { try sender.send(NumberedLog.line(number)) }
                    try await agent.commits(1_000)
                    agent.send(SIGKILL)
                }
                #expect(FileManager.default.fileExists(atPath: socket))
                try await withAgent("unix:\(socket)", in: place) { agent in
                    let sender = try DatagramSender(unix: socket)
                    for number in 1_001...1_500 { try sender.send(NumberedLog.line(number)) }
                }
                #expect(!FileManager.default.fileExists(atPath: socket))
                // What was received before the orderly stop is counted.
                try await NumberedLog.expect(.of(place.data), has: 1_500)
            }
        }

        @Test("a second agent on the same socket is refused, and the first goes on", arguments: [true, false])
        func secondAgent(isUnix: Bool) async throws {
            try await withWorkplace { place in
                let (path, port) = (place.file("in.sock").string, try DatagramSender.freePort())
                let input = isUnix ? "unix:\(path)" : "udp://127.0.0.1:\(port)"
                try await withAgent(input, in: place) { agent in
                    let second = try await Plumbline.run(
                        "run", input, "--data", place.file("other").string, "--listen", "127.0.0.1:0")
                    #expect(second.exitCode == 78)
                    #expect(second.says("\(input): cannot receive there: Address already in use"), "\(second.error)")
                    let sender = isUnix ? try DatagramSender(unix: path) : try DatagramSender(udp: port)
                    try sender.send(NumberedLog.line(1))
                    try await agent.commits(1)
                }
            }
        }

        @Test("an address that other machines reach is refused")
        func remote() async throws {
            try await withWorkplace { place in
                let finished = try await Plumbline.run(
                    "run", "udp://0.0.0.0:5140", "--data", place.data.string, "--listen", "127.0.0.1:0")
                #expect(finished.exitCode == 64)
                #expect(finished.says("allow_remote: true"))
                let config = "inputs: [{path: 'udp://0.0.0.0:5140', allow_remote: true}, {path: 'unix:/run/in.sock'}]"
                let checked = try await Plumbline.output(
                    "check", "--config", try place.write("plumbline.yaml", config).string)
                #expect(checked.contains("udp://0.0.0.0:5140: a socket") && checked.contains("unix:/run/in.sock: a s"))
            }
        }

        @Test("a socket whose file is gone makes the agent not ready")
        func gone() async throws {
            try await withWorkplace { place in
                let socket = place.file("in.sock").string
                try await withAgent("unix:\(socket)", in: place) { agent in
                    try FileManager.default.removeItem(atPath: socket)
                    try await wait("/readyz to say no") { try await agent.get("/readyz").status == 503 }
                    #expect(try await agent.get("/readyz").text.contains("in.sock"))
                }
            }
        }
    }
}
