import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("TLS", .timeLimit(.minutes(2)))
    struct TLSTests {
        /// An authority, and certificates for 127.0.0.1 that it signed.
        private struct Authority {
            let place: FilePath

            init(_ name: String, in place: Workplace) async throws {
                self.place = place.path.appending(name)
                try FileManager.default.createDirectory(atPath: self.place.string, withIntermediateDirectories: true)
                try await openssl(
                    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key -out ca.pem "
                        + "-subj /CN=\(name)")
            }

            func sign(_ name: String) async throws {
                try await openssl(
                    "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).csr "
                        + "-subj /CN=\(name)")
                let names = place.appending("names").string
                try "subjectAltName=IP:127.0.0.1\n".write(toFile: names, atomically: true, encoding: .utf8)
                try await openssl(
                    "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names "
                        + "-out \(name).pem")
            }

            func file(_ name: String) -> String { place.appending(name).string }

            private func openssl(_ arguments: String) async throws {
                let words = ["-C", place.string, "openssl"] + arguments.split(separator: " ").map(String.init)
                let finished = try await runProgram("/usr/bin/env", words)
                guard finished.exitCode == 0 else { throw Missing("openssl \(arguments): \(finished.error)") }
            }
        }

        @Test(
            "who is not trusted gets nothing; certificates and tokens are renewed by SIGHUP, and wrong ones are not taken"
        )
        func everything() async throws {
            try await withWorkplace { place in
                let ours = try await Authority("ours", in: place)
                for name in ["server", "client"] { try await ours.sign(name) }
                let other = try await Authority("other", in: place)
                for name in ["server", "client"] { try await other.sign(name) }
                let tokens = try place.write("tokens", "the-first-token-of-ours\n")
                let log = try place.write("app.log", "")
                let (port, admin) = (try freePort(), try freePort())
                let configuration = try place.write(
                    "plumbline.yaml",
                    """
                    data: \(place.data)
                    listen: 127.0.0.1:\(port)
                    admin_listen: 127.0.0.1:\(admin)
                    admin_token_file: \(tokens)
                    tls:
                      certificate: \(ours.file("server.pem"))
                      key: \(ours.file("server.key"))
                      client_ca: \(ours.file("ca.pem"))
                    inputs: [{ path: \(log) }]

                    """)
                let url = "https://127.0.0.1:\(port)/livez"
                let trusted = [
                    "--ca", ours.file("ca.pem"), "--cert", ours.file("client.pem"), "--key", ours.file("client.key"),
                ]
                _ = try await withProgram(
                    Plumbline.path(), ["run", "--config", configuration.string], directory: place.path,
                    log: place.path.appending("agent.out")
                ) { program in
                    func ask(_ arguments: [String]) async throws -> Plumbline.Finished {
                        try await runProgram(Plumbline.path(), ["health"] + arguments)
                    }
                    try await wait("an answer") { try await ask([url] + trusted).exitCode == 0 }
                    // Neither without a certificate, nor with one of somebody else, nor in clear text, nor to a stranger.
                    let without = try await ask([url, "--ca", ours.file("ca.pem")])
                    #expect(
                        without.exitCode == 69 && without.error.contains("certificate required"), "\(without.error)")
                    let stranger = try await ask(
                        [
                            url, "--ca", ours.file("ca.pem"), "--cert", other.file("client.pem"), "--key",
                            other.file("client.key"),
                        ])
                    #expect(stranger.exitCode == 69, "\(stranger)")
                    #expect(try await ask(["http://127.0.0.1:\(port)/livez"]).exitCode == 69)
                    let doubting = try await ask([url, "--ca", other.file("ca.pem")] + trusted.dropFirst(2))
                    #expect(doubting.exitCode == 69 && doubting.error.contains("certificate verify failed"))

                    let word = ["--drain", "https://127.0.0.1:\(admin)"] + trusted
                    #expect(try await ask(word).exitCode == 1)
                    #expect(try await ask(word + ["--token-file", tokens.string]).exitCode == 0)
                    let metrics = try await ask(["https://127.0.0.1:\(port)/metrics"] + trusted).output
                    #expect(metrics.contains("plumbline_agent_http_unauthorized_requests_total 1\n"))
                    #expect(!metrics.contains("plumbline_agent_http_tls_failures_total 0\n"))

                    // A key that does not belong to the certificate changes nothing.
                    let key = ours.file("server.key")
                    try String(contentsOfFile: other.file("server.key"), encoding: .utf8)
                        .write(toFile: key, atomically: true, encoding: .utf8)
                    program.send(SIGHUP)
                    try await wait("a complaint") {
                        try String(contentsOfFile: place.path.appending("agent.out").string, encoding: .utf8)
                            .contains("stay as they were")
                    }
                    #expect(try await ask([url] + trusted).exitCode == 0)
                    // A new certificate of the other authority, and a new token.
                    try String(contentsOfFile: other.file("server.pem"), encoding: .utf8)
                        .write(toFile: ours.file("server.pem"), atomically: true, encoding: .utf8)
                    try "the-second-token-of-ours\n".write(toFile: tokens.string, atomically: true, encoding: .utf8)
                    let old = try place.write("old", "the-first-token-of-ours\n")
                    program.send(SIGHUP)
                    let renewed = [url, "--ca", other.file("ca.pem")] + trusted.dropFirst(2)
                    try await wait("the new certificate") { try await ask(renewed).exitCode == 0 }
                    let lift =
                        ["--ready", "https://127.0.0.1:\(admin)", "--ca", other.file("ca.pem")] + trusted.dropFirst(2)
                    #expect(try await ask(lift + ["--token-file", old.string]).exitCode == 1)
                    #expect(try await ask(lift + ["--token-file", tokens.string]).exitCode == 0)
                }
            }
        }

        @Test(
            "what cannot be used ends the start with the file's name",
            arguments: ["certificate", "key", "client_ca", "tokens"])
        func wrongFiles(which: String) async throws {
            try await withWorkplace { place in
                let ours = try await Authority("ours", in: place)
                try await ours.sign("server")
                let broken = try place.write("broken", "nothing of use\n")
                func file(_ name: String, _ good: String) -> String { name == which ? broken.string : good }
                let log = try place.write("app.log", "")
                let tokens = try place.write("tokens", "the-first-token-of-ours\n")
                let configuration = try place.write(
                    "plumbline.yaml",
                    """
                    data: \(place.data)
                    listen: 127.0.0.1:\(try freePort())
                    admin_token_file: \(file("tokens", tokens.string))
                    tls:
                      certificate: \(file("certificate", ours.file("server.pem")))
                      key: \(file("key", ours.file("server.key")))
                      client_ca: \(file("client_ca", ours.file("ca.pem")))
                    inputs: [{ path: \(log) }]

                    """)
                let finished = try await Plumbline.run("run", "--config", configuration.string)
                #expect(finished.exitCode == 78)
                #expect(
                    finished.error.contains("cannot use \(broken)") && finished.error.contains("expected"),
                    "\(finished.error)")
            }
        }
    }
}
