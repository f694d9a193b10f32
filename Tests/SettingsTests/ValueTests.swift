import Settings
import Testing

@Suite("values as text")
struct ValueTests {
    @Test(
        "a duration is a number and a unit",
        arguments: [
            ("250ms", 250_000_000), ("10s", 10_000_000_000), ("5m", 300_000_000_000), ("24h", 86_400_000_000_000),
            ("7d", 604_800_000_000_000), ("1.5s", 1_500_000_000), ("0s", 0), ("3us", 3_000), ("7ns", 7),
            ("0.000000001s", 1),
        ] as [(String, Int64)])
    func duration(text: String, nanoseconds: Int64) throws {
        let duration = try Duration.parse(text)
        #expect(duration.inNanoseconds == nanoseconds)
        #expect(try Duration.parse(duration.text) == duration)
    }

    @Test(
        "what is no duration says what one looks like",
        arguments: [
            "", "sixty", "10", "s", "-1s", "1 s", "1.s", ".5s", "1e3s", "1.5ns", "1h30m", "10S", "200000000d", "1s ",
            "99999999999999999999s", "١s", "0.0000000000000000001s",
        ])
    func noDuration(text: String) {
        #expect(throws: ValueError(expected: "a duration such as \"10s\"", found: quoted(text))) {
            try Duration.parse(text)
        }
    }

    @Test("a duration is written in its largest whole unit")
    func durationText() {
        let durations: [Duration] = [.seconds(90), .seconds(120), .hours(24), .milliseconds(1_500), .zero]
        #expect(durations.map(\.text) == ["90s", "2m", "1d", "1500ms", "0s"])
    }

    @Test(
        "a size is a number and a binary unit",
        arguments: [
            ("512B", 512), ("64KiB", 65_536), ("1MiB", 1 << 20), ("1GiB", 1 << 30), ("2TiB", 2 << 40),
            ("1.5KiB", 1_536),
        ])
    func size(text: String, bytes: Int) throws {
        let size = try ByteCount.parse(text)
        #expect(size.bytes == bytes)
        #expect(try ByteCount.parse(size.text) == size)
    }

    @Test(
        "what is no size is refused",
        arguments: ["", "64", "64KB", "64kib", "KiB", "-1KiB", "1 KiB", "0.3B", "9000000000TiB"])
    func noSize(text: String) {
        #expect(throws: ValueError.self) { try ByteCount.parse(text) }
    }

    @Test(
        "a ratio is a share or a percentage",
        arguments: [
            ("0", 0), ("1", 1), ("0.05", 0.05), ("5%", 0.05), ("0.1%", 0.001), ("100%", 1), ("1e-3", 0.001),
        ])
    func ratio(text: String, value: Double) throws {
        let ratio = try Ratio.parse(text)
        #expect(ratio.value == value)
        #expect(try Ratio.parse(ratio.text) == ratio)
    }

    @Test(
        "what is no ratio is refused",
        arguments: ["", "%", "-0.1", "1.01", "101%", "nan", "inf", "0x1p-3", "1e-2%", "5 %"])
    func noRatio(text: String) {
        #expect(throws: ValueError.self) { try Ratio.parse(text) }
    }

    @Test(
        "an address has a host and a port",
        arguments: [
            ("127.0.0.1:9180", "127.0.0.1", 9180), ("[::1]:9180", "::1", 9180), ("localhost:0", "localhost", 0),
            ("0.0.0.0:65535", "0.0.0.0", 65535), ("agent-1.example.com:80", "agent-1.example.com", 80),
        ] as [(String, String, UInt16)])
    func address(text: String, host: String, port: UInt16) throws {
        let address = try HostPort.parse(text)
        #expect(address == HostPort(host: host, port: port))
        #expect(address.text == text)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", "9180", ":9180", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "256.0.0.1:80",
            "127.0.0:80", "::1:9180", "[::1]", "[::g]:80", "[127.0.0.1]:80", "a b:80", "-a:80", "a..b:80",
            "http://a:80",
            "127.0.0.1:000080",
        ])
    func noAddress(text: String) {
        #expect(throws: ValueError.self) { try HostPort.parse(text) }
    }

    @Test(
        "a socket is an address of UDP or the path of a Unix socket",
        arguments: [
            ("udp://127.0.0.1:5140", true), ("udp://127.8.9.1:1", true), ("udp://[::1]:65535", true),
            ("udp://0.0.0.0:5140", false), ("udp://[::]:5140", false), ("udp://192.0.2.1:514", false),
            ("udp://[::ffff:192.0.2.1]:514", false), ("unix:/run/plumbline.sock", true), ("unix:/a b/ü", true),
            ("unix:/" + String(repeating: "x", count: 106), true),
        ])
    func socket(text: String, isLocal: Bool) throws {
        let address = try DatagramAddress.parse(text)
        #expect(address.text == text)
        #expect(address.isLocal == isLocal)
    }

    @Test(
        "what is no socket is refused",
        arguments: [
            "", "-", "/run/plumbline.sock", "udp://", "udp://127.0.0.1", "udp://127.0.0.1:0", "udp://127.0.0.1:65536",
            "udp://127.1:5140", "udp://localhost:5140", "udp://example.com:5140", "udp://[::1]", "udp://::1:5140",
            "udp://127.0.0.1:5140/", "UDP://127.0.0.1:5140", "udp:127.0.0.1:5140", "tcp://127.0.0.1:5140", "unix:",
            "unix:/", "unix:///", "unix:run.sock", "unix:@abstract", "unix:/run/", "unix:/a\0b",
            "unix:/" + String(repeating: "x", count: 107),
        ])
    func noSocket(text: String) {
        #expect(throws: ValueError.self) { try DatagramAddress.parse(text) }
    }

    @Test("a quoted text is short and has no control characters")
    func quoting() {
        #expect(quoted("a\u{1B}[31m\n\"b\"\\") == #""a\u{1b}[31m\n\"b\"\\""#)
        #expect(quoted(String(repeating: "é", count: 61)) == "\"" + String(repeating: "é", count: 60) + "…\"")
    }

    @Test("a window may be written by its length")
    func window() throws {
        #expect(try Settings.HealthRules.Window.parse("60s") == .oneMinute)
        #expect(throws: ValueError(expected: "one of 1m, 5m, 15m, 1h", found: "\"2m\"")) {
            try Settings.HealthRules.Window.parse("2m")
        }
    }
}
