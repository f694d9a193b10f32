import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("plumbline init", .timeLimit(.minutes(10)))
    struct InitTests {
        @Test("alone or with an unknown name it lists what there is", arguments: [["init"], ["init", "rails"]])
        func list(_ arguments: [String]) async throws {
            let finished = try await runProgram(Plumbline.path(), arguments)
            #expect(finished.exitCode == 64)
            for name in [
                "fastapi", "flask", "django", "nginx", "caddy", "envoy", "config", "systemd", "docker", "kubernetes",
                "haproxy", "prometheus",
            ] {
                #expect(finished.error.contains("\n  \(name) "), "\(finished.error)")
            }
        }

        @Test("a middleware logs every request as it was, under load", arguments: PythonService.all)
        func middleware(_ service: PythonService) async throws {
            try await withWorkplace { place in
                let log = place.file("requests.log")
                try await service.run(in: place, log: log) { port in
                    try await drive(port: port, log: log, writer: "app", unsized: service.unsizedRoutes)
                }
                try await expectRecognised(log)
            }
        }

        @Test("a full disk fails no request", arguments: PythonService.all)
        func fullDisk(_ service: PythonService) async throws {
            try await withWorkplace { place in
                try await service.run(in: place, log: "/dev/full") { _ in }
                let said = try String(contentsOfFile: place.file("service.out").string, encoding: .utf8)
                #expect(said.contains("plumbline: lines are lost: [Errno 28]"), "\(said)")
            }
        }

        @Test("the middlewares write to their logs by the same code")
        func sameLogFile() async throws {
            var classes: Set<Substring> = []
            for name in ["fastapi", "flask", "django"] {
                let text = try await Plumbline.output("init", name)
                classes.insert(text[try #require(text.range(of: "\nclass LogFile:")).lowerBound...])
            }
            #expect(classes.count == 1)
        }

        @Test("nginx logs every request as it was, and what the application tells it in headers")
        func nginx() async throws {
            try await behindProxy("/usr/sbin/nginx", piece: "nginx") { place, port, servicePort in
                try configuration("nginx.conf", ["@PORT@": "\(port)", "@UPSTREAM_PORT@": "\(servicePort)"], place)
                try FileManager.default.createDirectory(
                    atPath: place.file("tmp").string, withIntermediateDirectories: true)
                return ["-p", place.path.string + "/", "-c", "nginx.conf"]
            }
        }

        @Test("Caddy logs every request as it was")
        func caddy() async throws {
            try await behindProxy(
                "/usr/bin/caddy", piece: "caddy", missing: ["cache", "db calls", "segment", "version"],
                as: "Caddy's JSON lines"
            ) { place, port, servicePort in
                try place.write(
                    "Caddyfile",
                    """
                    {
                    \tadmin off
                    \tauto_https off
                    }
                    import caddy
                    http://127.0.0.1:\(port) {
                    \timport plumbline
                    \treverse_proxy 127.0.0.1:\(servicePort)
                    }
                    """)
                return ["run", "--config", "Caddyfile", "--adapter", "caddyfile"]
            }
        }

        @Test("Envoy logs every request as it was, and what the application tells it in headers")
        func envoy() async throws {
            let envoy = try Python.path().removingLastComponent().appending("envoy")
            try await behindProxy(envoy, piece: "envoy", as: "Envoy's JSON lines") { place, port, servicePort in
                let piece = try String(contentsOfFile: place.file("envoy").string, encoding: .utf8)
                let indented = piece.replacingOccurrences(of: "\n", with: "\n" + String(repeating: " ", count: 16))
                try configuration(
                    "envoy.yaml",
                    ["@PORT@": "\(port)", "@UPSTREAM_PORT@": "\(servicePort)", "@ACCESS_LOG@": indented], place)
                return [
                    "-c", "envoy.yaml", "--log-level", "error", "--concurrency", "2", "--use-dynamic-base-id",
                    "--file-flush-interval-msec", "100",
                ]
            }
        }

        /// Drives the service, which logs nothing, through the proxy, which writes what the piece says.
        ///
        /// - Parameter configure: gets place, port and the service's port, finds the piece in a file of its name, and
        ///   returns the arguments of the program.
        private func behindProxy(
            _ program: FilePath, piece: String, missing: [String] = [], as format: String = "JSON lines",
            configure: (Workplace, Int, Int) throws -> [String]
        ) async throws {
            guard FileManager.default.isExecutableFile(atPath: program.string) else {
                throw Missing("no \(program): `make test` installs it")
            }
            try await withWorkplace { place in
                let text = try await Plumbline.output("init", piece)
                try place.write(
                    piece, text.replacingOccurrences(of: "/var/log/\(piece)/", with: place.path.string + "/"))
                let log = place.file("plumbline.log")
                try await PythonService.fastapi.run(in: place, log: nil) { servicePort in
                    let port = try freePort()
                    let home = place.path.string
                    _ = try await withProgram(
                        program, configure(place, port, servicePort),
                        environment: .inherit.updating([
                            "HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home,
                        ]),
                        directory: place.path, log: place.file("proxy.out")
                    ) { _ in
                        try await awaitLogin(port: port)
                        try await drive(port: port, log: log, writer: piece, unsized: ["/stream"])
                    }
                }
                try await expectRecognised(log, without: missing, as: format)
            }
        }

        /// Writes a template of `Service/init` with its words replaced.
        private func configuration(_ name: String, _ words: [String: String], _ place: Workplace) throws {
            let template = Python.service.appending("init/\(name).template").string
            var text = try String(contentsOfFile: template, encoding: .utf8)
            for (word, value) in words { text = text.replacingOccurrences(of: word, with: value) }
            try place.write(name, text)
        }

        private func drive(port: Int, log: FilePath, writer: String, unsized: [String]) async throws {
            let finished = try await Python.run(
                "init/drive.py",
                [
                    "http://127.0.0.1:\(port)", log.string, "--plumbline", Plumbline.path().string, "--writer", writer,
                    "--requests", "2000", "--unsized",
                ] + unsized)
            #expect(finished.exitCode == 0, "\(finished.output)\(finished.error)")
        }

        /// `check` knows every line without being told, and misses nothing but what is said here.
        private func expectRecognised(
            _ log: FilePath, without missing: [String] = [], as format: String = "JSON lines"
        ) async throws {
            let screen = try await Plumbline.output("check", log.string)
            #expect(screen.contains(": \(format); all of the first 100 lines read"), "\(screen)")
            for field in ["duration", "cache", "db calls", "segment", "version"] {
                #expect(screen.contains("\n  no \(field) ") == missing.contains(field), "\(field):\n\(screen)")
            }
        }
    }
}
