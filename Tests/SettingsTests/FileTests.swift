import Settings
import Testing

@Suite("the file")
struct FileTests {
    @Test(
        "an empty file gives the defaults",
        arguments: ["", "\n", "# nothing\n", "---\n", "{}", "limits:\nhealth:\n  p95:\n"])
    func empty(yaml: String) throws {
        #expect(try read(yaml) == Settings.defaults)
    }

    @Test("every setting is read")
    func everySetting() throws {
        let settings = try read(
            """
            inputs:
              - path: /var/log/app/*.log
                source: app
                format: json
                duration_unit: us
                routes: [/users/:id, "/static/**"]
                filters:
                  - routes: [/healthz]
                    status: [2xx, 304]
                  - {user_agent: [kube-probe/]}
                from_start: true
              - {path: "-", source: nginx, primary: true}
              - {path: "udp://0.0.0.0:5140", source: edge, allow_remote: true}
            data: /srv/plumbline
            listen: "[::1]:9000"
            admin_listen: localhost:9001
            from_start: true
            commit_interval: 250ms
            limits:
              {series: 1, counter_series: 2, line_length: 2KiB, open_inputs: 3, connections: 4, header_size: 8KiB,
               idle_timeout: 5s, future: 0s, receive_buffer: 1MiB}
            snapshots: {size: 2GiB, keep_10s: 1h, keep_1m: 2h, keep_5m: 3h}
            health:
              window: 15m
              min_requests: 7
              error_ratio: {warn: 2%, fail: 0.1}
              p95: {warn: 100ms, fail: 1.5s}
              stale_after: 2m
            log: {level: debug, format: json}
            """)
        var expected = Settings.defaults
        var app = Settings.Input(path: "/var/log/app/*.log", source: "app")
        app.format = .json
        app.durationUnit = .microseconds
        app.routes = ["/users/:id", "/static/**"]
        var health = Settings.Filter()
        health.routes = ["/healthz"]
        health.status = ["2xx", "304"]
        var probes = Settings.Filter()
        probes.userAgent = ["kube-probe/"]
        app.filters = [health, probes]
        app.fromStart = true
        let nginx = Settings.Input(path: "-", source: "nginx", primary: true)
        var edge = Settings.Input(path: "udp://0.0.0.0:5140", source: "edge")
        edge.allowRemote = true
        expected.inputs = [app, nginx, edge]
        expected.data = "/srv/plumbline"
        expected.listen = HostPort(host: "::1", port: 9000)
        expected.adminListen = HostPort(host: "localhost", port: 9001)
        expected.fromStart = true
        expected.commitInterval = .milliseconds(250)
        expected.limits.series = 1
        expected.limits.counterSeries = 2
        expected.limits.lineLength = .kibibytes(2)
        expected.limits.openInputs = 3
        expected.limits.connections = 4
        expected.limits.headerSize = .kibibytes(8)
        expected.limits.idleTimeout = .seconds(5)
        expected.limits.future = .zero
        expected.limits.receiveBuffer = .mebibytes(1)
        expected.snapshots.size = .gibibytes(2)
        expected.snapshots.keep10s = .hours(1)
        expected.snapshots.keep1m = .hours(2)
        expected.snapshots.keep5m = .hours(3)
        expected.health.rules.window = .fifteenMinutes
        expected.health.rules.minRequests = 7
        expected.health.rules.errorRatio = .init(warn: Ratio(value: 0.02), fail: Ratio(value: 0.1))
        expected.health.rules.p95 = .init(warn: .milliseconds(100), fail: .milliseconds(1_500))
        expected.health.staleAfter = .seconds(120)
        expected.log.level = .debug
        expected.log.format = .json
        #expect(settings == expected)
        #expect(settings.primarySource == "nginx")
    }

    @Test("JSON text is read, with places")
    func json() throws {
        let settings = try read(#"{"listen": "127.0.0.1:1", "limits": {"series": 5}, "inputs": [{"path": "a.log"}]}"#)
        #expect(settings.listen.port == 1)
        #expect(settings.limits.series == 5)
        #expect(settings.inputs.map(\.path) == ["a.log"])
        #expect(
            errors("{\n\t\"limits\": {\n\t\t\"series\": true\n\t}\n}")
                == ["plumbline.yaml:3:13: limits.series: expected a whole number such as \"2000\", found \"true\""])
    }

    @Test("windows line ends, a byte order mark and comments do not move the places")
    func marks() {
        let yaml = "\u{FEFF}listen: x # é\r\n# c\r\nlimits:\r\n  series: \"é\"\r\n"
        #expect(
            errors(yaml) == [
                "plumbline.yaml:1:9: listen: expected a host and a port such as \"127.0.0.1:9180\", found \"x\"",
                "plumbline.yaml:4:11: limits.series: expected a whole number such as \"2000\", found \"é\"",
            ])
    }

    @Test("an optional setting may be empty, another may not")
    func null() throws {
        #expect(try read("data:\nadmin_listen: null\ninputs:\n") == Settings.defaults)
        #expect(
            errors("listen:\nlog:\n  level: ~") == [
                "plumbline.yaml:1:8: listen: expected a host and a port such as \"127.0.0.1:9180\", found nothing",
                "plumbline.yaml:3:10: log.level: expected one of debug, info, warning, error, found nothing",
            ])
    }
}
