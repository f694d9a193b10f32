import Foundation
import Subprocess
import SystemPackage
import Testing

/// A log that a real server has written, and how `summary` is told to read it.
private struct WrittenLog: Sendable {
    var name: String
    var options: [String] = []
    /// Of its durations, in seconds; nil: it has none.
    var resolution: Double?
}

/// What the log must say of one route.
private struct Truth: Decodable, Sendable {
    var requests: Int
    var errors: Int
    /// Between which sums of seconds the durations must be.
    var least: Double
    var most: Double
}

extension EndToEnd {
    /// Real servers of Debian and PyPI, each driven with the same requests: their logs come to the same counts, and to
    /// durations that hold what the service waited and no more than the client did.
    @Suite("Logs that real servers write", .timeLimit(.minutes(5)))
    struct WritersTests {
        @Test("nginx: combined, a log_format, JSON escaped as JSON and as nginx does it by itself")
        func nginx() async throws {
            let format =
                #"$remote_addr [$time_iso8601] "$request" $status $bytes_sent $request_time "$upstream_response_time" "$http_user_agent""#
            try await compare(
                "/usr/sbin/nginx", ["-c", "@PLACE@/nginx.conf"], configuration: "nginx.conf",
                [
                    WrittenLog(name: "combined.log"),
                    WrittenLog(
                        name: "timed.log", options: ["--format", "nginx", "--log-format", format], resolution: 0.001),
                    WrittenLog(name: "escaped.log", resolution: 0.001),
                    WrittenLog(name: "unescaped.log", options: ["--format", "nginx-json"], resolution: 0.001),
                ]
            ) { place in
                let check = try await Plumbline.run("check", place.file("unescaped.log").string)
                #expect(check.exitCode == 65 && check.output.contains("escape=json"), "\(check.output)")
            }
        }

        @Test("Apache: combined, and a LogFormat with microseconds")
        func apache() async throws {
            let format = #"%h %l %u %t \"%r\" %>s %b %D \"%{User-Agent}i\""#
            try await compare(
                "/usr/sbin/apache2", ["-f", "@PLACE@/apache.conf", "-DFOREGROUND"], configuration: "apache.conf",
                [
                    WrittenLog(name: "apache-combined.log"),
                    WrittenLog(
                        name: "apache.log", options: ["--format", "apache", "--log-format", format], resolution: 1e-6),
                ])
        }

        @Test("HAProxy: httplog on standard output")
        func haproxy() async throws {
            try await compare(
                "/usr/sbin/haproxy", ["-db", "-f", "@PLACE@/haproxy.cfg"], configuration: "haproxy.cfg",
                [WrittenLog(name: "output.log", resolution: 0.001)])
        }

        @Test("Caddy: its JSON")
        func caddy() async throws {
            try await compare(
                "/usr/bin/caddy", ["run", "--config", "@PLACE@/Caddyfile", "--adapter", "caddyfile"],
                configuration: "Caddyfile", [WrittenLog(name: "caddy.log", resolution: 1e-6)])
        }

        @Test("Squid: its native format")
        func squid() async throws {
            try await compare(
                "/usr/sbin/squid", ["-N", "-f", "@PLACE@/squid.conf"], configuration: "squid.conf",
                [WrittenLog(name: "squid.log", resolution: 0.001)])
        }

        @Test("Varnish: varnishncsa's default, and with its duration and handling")
        func varnish() async throws {
            let format = #"%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-agent}i" %D %{Varnish:handling}x"#
            try await withOrigin { place, origin in
                let port = try freePort()
                try configure("default.vcl", in: place, port: port, origin: origin)
                _ = try await withProgram(
                    "/usr/sbin/varnishd",
                    [
                        "-F", "-n", place.file("v").string, "-a", "127.0.0.1:\(port)", "-f",
                        place.file("default.vcl").string,
                    ]
                        + ["-s", "malloc,8m"], directory: place.path, log: place.file("varnishd.out")
                ) { _ in
                    try await listens(port)
                    let log = place.file("varnish.log")
                    let combined = place.file("ncsa.log")
                    let truth = try await drive(port)
                    // With -d it writes what Varnish remembers, and ends; without, only what comes behind its start,
                    // which nobody can see.
                    try await wait("every line of varnishncsa") {
                        for arguments in [["-w", log.string, "-F", format], ["-w", combined.string]] {
                            _ = try await runProgram(
                                "/usr/bin/varnishncsa", ["-d", "-n", place.file("v").string] + arguments)
                        }
                        return try lines(of: log) >= 180 && lines(of: combined) >= 180
                    }
                    try await compare(
                        WrittenLog(
                            name: "varnish.log", options: ["--format", "apache", "--log-format", format],
                            resolution: 1e-6), in: place, with: truth)
                    try await compare(WrittenLog(name: "ncsa.log"), in: place, with: truth)
                }
            }
        }

        @Test("gunicorn: its default, and a format with microseconds")
        func gunicorn() async throws {
            for (format, resolution) in [
                (nil, nil), (#"%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s %(D)s"#, 1e-6),
            ] as [(String?, Double?)] {
                try await withPlace { place in
                    let port = try freePort()
                    let arguments = [
                        "-m", "gunicorn", "origin:wsgi", "--bind", "127.0.0.1:\(port)", "--threads", "8", "--chdir",
                        Self.service.string, "--access-logfile", place.file("access.log").string,
                    ]
                    _ = try await withProgram(
                        Python.path(), arguments + (format.map { ["--access-logformat", $0] } ?? []),
                        environment: Self.environment, directory: place.path, log: place.file("gunicorn.out")
                    ) { _ in
                        try await listens(port)
                        let truth = try await drive(port)
                        try await wait("gunicorn's log") { try lines(of: place.file("access.log")) >= 180 }
                        let options = format.map { ["--format", "gunicorn", "--log-format", $0] } ?? []
                        try await compare(
                            WrittenLog(name: "access.log", options: options, resolution: resolution), in: place,
                            with: truth)
                    }
                }
            }
        }

        @Test("uvicorn: its default, whose lines tell no time")
        func uvicorn() async throws {
            try await withPlace { place in
                try await withOrigin(in: place) { origin in
                    let truth = try await drive(origin)
                    try await wait("uvicorn's log") { try lines(of: place.file("origin.out")) >= 180 }
                    try await compare(WrittenLog(name: "origin.out"), in: place, with: truth, news: 1...9)
                    let replay = try await Plumbline.run(
                        "replay", place.file("origin.out").string, "--data", place.data.string)
                    #expect(replay.exitCode == 65 && replay.error.contains("do not tell when"), "\(replay.error)")
                }
            }
        }

        // MARK: -

        private static let service = Python.service.appending("writers")
        private static let environment = Environment.inherit.updating([
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1",
        ])

        /// Runs a server in front of the origin, and holds each of its logs against what was sent.
        private func compare(
            _ program: FilePath, _ arguments: [String], configuration: String, _ logs: [WrittenLog],
            also: @Sendable (Workplace) async throws -> Void = { _ in }
        ) async throws {
            guard FileManager.default.isExecutableFile(atPath: program.string) else {
                throw Missing("no \(program): `make test` installs it")
            }
            try await withOrigin { place, origin in
                let port = try freePort()
                try configure(configuration, in: place, port: port, origin: origin)
                let arguments = arguments.map { $0.replacingOccurrences(of: "@PLACE@", with: place.path.string) }
                let environment = Environment.inherit.updating([
                    "XDG_DATA_HOME": place.path.string, "XDG_CONFIG_HOME": place.path.string,
                ])
                let truth = try await withProgram(
                    program, arguments, environment: environment, directory: place.path, log: place.file("output.log")
                ) { _ in
                    try await listens(port)
                    let truth = try await drive(port)
                    try await wait("every line of the log") {
                        try logs.allSatisfy { try lines(of: place.file($0.name)) >= 180 }
                    }
                    return truth
                }.result
                for log in logs { try await compare(log, in: place, with: truth) }
                try await also(place)
            }
        }

        private func compare(
            _ log: WrittenLog, in place: Workplace, with truth: [String: Truth], news: ClosedRange<Int> = 0...9
        ) async throws {
            let arguments = ["summary", place.file(log.name).string, "--output", "json"] + log.options
            let finished = try await runProgram(Plumbline.path(), arguments)
            try #require(finished.exitCode == 0, "\(log.name): \(finished.error)")
            #expect(!finished.output.contains("canary"), "\(log.name)")
            let summary = try JSONDecoder().decode(Summary.self, from: Data(finished.output.utf8))
            let rejected = summary.ledger.rejected.filter { $0.value > 0 }
            #expect(Set(rejected.keys).isSubset(of: ["not_a_request"]), "\(log.name): \(rejected)")
            #expect(news.contains(rejected["not_a_request"] ?? 0), "\(log.name): \(rejected)")
            #expect(Set(summary.routes.map(\.route)) == Set(truth.keys), "\(log.name)")
            for route in summary.routes {
                guard let expected = truth[route.route] else { continue }
                #expect(route.metrics.requests == expected.requests, "\(log.name) \(route.route)")
                #expect(route.metrics.errors == expected.errors, "\(log.name) \(route.route)")
                guard let resolution = log.resolution else {
                    #expect(route.metrics.durations == nil, "\(log.name) \(route.route)")
                    continue
                }
                let sum = try #require(route.metrics.durations?.sum, "\(log.name) \(route.route)")
                let slack = resolution * Double(expected.requests)
                #expect(sum >= expected.least - slack, "\(log.name) \(route.route)")
                #expect(sum <= expected.most + slack, "\(log.name) \(route.route)")
            }
        }

        private func withOrigin(_ body: (Workplace, Int) async throws -> Void) async throws {
            try await withPlace { place in
                try await withOrigin(in: place) { try await body(place, $0) }
            }
        }

        private func withOrigin(in place: Workplace, _ body: (Int) async throws -> Void) async throws {
            let port = try freePort()
            _ = try await withProgram(
                Python.path(), ["-m", "uvicorn", "origin:asgi", "--app-dir", Self.service.string, "--port", "\(port)"],
                environment: Self.environment, directory: place.path, log: place.file("origin.out")
            ) { _ in
                try await listens(port)
                try await body(port)
            }
        }

        /// Servers that were started by root write as somebody else.
        private func withPlace(_ body: (Workplace) async throws -> Void) async throws {
            try await withWorkplace { place in
                let manager = FileManager.default
                try manager.createDirectory(atPath: place.file("tmp").string, withIntermediateDirectories: true)
                for path in [place.path, place.file("tmp")] {
                    try manager.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path.string)
                }
                try await body(place)
            }
        }

        private func configure(_ name: String, in place: Workplace, port: Int, origin: Int) throws {
            let text = try String(contentsOfFile: Self.service.appending(name).string, encoding: .utf8)
            try place.write(
                name,
                text.replacingOccurrences(of: "@PORT@", with: "\(port)")
                    .replacingOccurrences(of: "@ORIGIN@", with: "\(origin)")
                    .replacingOccurrences(of: "@PLACE@", with: place.path.string))
        }

        private func drive(_ port: Int) async throws -> [String: Truth] {
            let finished = try await Python.run("writers/same_requests.py", ["\(port)"])
            guard finished.exitCode == 0 else { throw Missing("180 answers: \(finished.error)") }
            return try JSONDecoder().decode([String: Truth].self, from: Data(finished.output.utf8))
        }

        private func listens(_ port: Int) async throws {
            try await wait("a server on port \(port)", upTo: .seconds(30)) { isListening(port) }
        }

        private func lines(of file: FilePath) throws -> Int {
            guard let bytes = FileManager.default.contents(atPath: file.string) else { return 0 }
            return bytes.count { $0 == UInt8(ascii: "\n") }
        }
    }
}
