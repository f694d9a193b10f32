import Foundation
import FoundationNetworking
import SystemPackage
import Testing

/// Debian's Prometheus, which scrapes one agent, and questions to it.
struct Prometheus: Sendable {
    private let base: URL
    private let program: Program

    struct Sample: Decodable {
        var metric: [String: String]
        /// An instant and a number; nil for a native histogram.
        var value: [Number]?
    }

    /// A number, or the text that Prometheus makes of one.
    struct Number: Decodable {
        var double: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                double = try #require(Double(text), "\(text) is no number")
            } else {
                double = try container.decode(Double.self)
            }
        }
    }

    /// How the scrapes of the agent go.
    struct Target: Decodable {
        var health: String
        var lastError: String
    }

    /// What Prometheus has taken over of a family's head.
    struct Metadata: Decodable {
        var type: String
        var unit: String
    }

    /// A rule, and what came of it last.
    struct Rule: Decodable {
        var name: String
        var query: String
        /// `recording` or `alerting`.
        var type: String
        var health: String
        var lastError: String?
    }

    private struct Rules: Decodable {
        struct Group: Decodable { var rules: [Rule] }
        var groups: [Group]
    }

    private struct Answer<Content: Decodable>: Decodable { var data: Content }
    private struct Vector: Decodable { var result: [Sample] }
    private struct Targets: Decodable { var activeTargets: [Target] }
    private struct Histories: Decodable {
        struct Histogram: Decodable { var count: Number }
        struct Point: Decodable {
            var histogram: Histogram

            init(from decoder: any Decoder) throws {
                var pair = try decoder.unkeyedContainer()
                _ = try pair.decode(Number.self)
                histogram = try pair.decode(Histogram.self)
            }
        }
        struct Series: Decodable { var histograms: [Point] }
        var result: [Series]
    }

    /// The result of PromQL, one sample per series.
    ///
    /// - Parameter time: Unix time; nil is now.
    func query(_ expression: String, at time: Double? = nil) async throws -> [Sample] {
        let instant = time.map { [URLQueryItem(name: "time", value: "\($0)")] } ?? []
        return try await ask(Vector.self, "query", [URLQueryItem(name: "query", value: expression)] + instant).result
    }

    /// How the evaluation of each rule went.
    func rules() async throws -> [Rule] { try await ask(Rules.self, "rules").groups.flatMap(\.rules) }

    /// The result of an expression that has one number or none.
    func number(_ expression: String) async throws -> Double? {
        let samples = try await query(expression)
        try #require(samples.count <= 1, "\(expression) has several results")
        return samples.first?.value?.last?.double
    }

    /// The counts of each native histogram, in the order of the scrapes.
    func histogramCounts(_ selector: String) async throws -> [[Double]] {
        try await ask(Histories.self, "query", [URLQueryItem(name: "query", value: selector)]).result
            .map { $0.histograms.map(\.histogram.count.double) }
    }

    func target() async throws -> Target { try #require(await ask(Targets.self, "targets").activeTargets.first) }

    func metadata(_ family: String) async throws -> Metadata? {
        try await ask([Metadata].self, "targets/metadata", [URLQueryItem(name: "metric", value: family)]).first
    }

    /// What it wrote that is worse than information.
    var complaints: [Substring] {
        get throws {
            try String(contentsOfFile: program.log.string, encoding: .utf8).split(separator: "\n")
                .filter { !$0.contains("level=info") && !$0.contains("level=debug") }
        }
    }

    private func ask<Content: Decodable>(
        _ type: Content.Type, _ path: String, _ parameters: [URLQueryItem] = []
    ) async throws -> Content {
        let url = base.appending(path: "api/v1/\(path)").appending(queryItems: parameters)
        let (body, _) = try await URLSession.shared.data(for: URLRequest(url: url, timeoutInterval: 10))
        do {
            return try JSONDecoder().decode(Answer<Content>.self, from: body).data
        } catch {
            throw Missing("an answer of Prometheus to \(path): \(String(decoding: body, as: UTF8.self)): \(error)")
        }
    }

    fileprivate init(port: Int, program: Program) throws {
        base = try #require(URL(string: "http://127.0.0.1:\(port)"))
        self.program = program
    }

    fileprivate func isReady() async -> Bool {
        let answer = try? await URLSession.shared.data(from: base.appending(path: "-/ready"))
        return (answer?.1 as? HTTPURLResponse)?.statusCode == 200
    }
}

/// Runs a Prometheus that scrapes `127.0.0.1:port` every second until `body` returns.
///
/// - Parameters:
///   - isNative: with native histograms, which it asks for as protobuf; otherwise it asks for OpenMetrics.
///   - settings: more of its configuration.
func withPrometheus<Result: Sendable>(
    scraping port: Int, isNative: Bool, settings more: String = "", in place: Workplace,
    _ body: (Prometheus) async throws -> Result
) async throws -> Result {
    let path = FilePath("/usr/bin/prometheus")
    guard FileManager.default.isExecutableFile(atPath: path.string) else {
        throw Missing("no \(path): `make test` installs it (prometheus)")
    }
    let name = isNative ? "prometheus-native" : "prometheus-classic"
    let settings = try place.write(
        "\(name).yml",
        """
        global:
          scrape_interval: 1s
          scrape_timeout: 1s
          evaluation_interval: 1s
        scrape_configs:
          - job_name: plumbline
            static_configs:
              - targets: ["127.0.0.1:\(port)"]
        \(more)
        """)
    let listen = try freePort()
    let features = isNative ? ["--enable-feature=native-histograms"] : []
    return try await withProgram(
        path,
        [
            "--config.file=\(settings)", "--storage.tsdb.path=\(place.file(name))",
            "--web.listen-address=127.0.0.1:\(listen)",
        ] + features,
        directory: place.path, log: place.file("\(name).out")
    ) { program in
        let prometheus = try Prometheus(port: listen, program: program)
        try await wait("Prometheus on port \(listen)", upTo: .seconds(60)) { await prometheus.isReady() }
        return try await body(prometheus)
    }.result
}

/// Two of them at once, since each waits five seconds before its first scrape.
func withBothPrometheus<Result: Sendable>(
    scraping port: Int, settings: String = "", in place: Workplace,
    _ body: (_ native: Prometheus, _ classic: Prometheus) async throws -> Result
) async throws -> Result {
    try await withPrometheus(scraping: port, isNative: true, settings: settings, in: place) { native in
        try await withPrometheus(scraping: port, isNative: false, settings: settings, in: place) { classic in
            try await body(native, classic)
        }
    }
}
