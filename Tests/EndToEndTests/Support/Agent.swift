import Foundation
import FoundationNetworking
import Subprocess
import SystemPackage
import Testing

/// A running `plumbline run`, and questions to it.
struct Agent: Sendable {
    let program: Program
    let port: Int

    struct Answer: Sendable {
        var status: Int
        var type: String
        var body: Data

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    func send(_ signal: CInt) { program.send(signal) }

    func get(_ path: String, accepting types: String? = nil) async throws -> Answer {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw Missing("a URL in \(path)") }
        var request = URLRequest(url: url, timeoutInterval: 10)
        request.cachePolicy = .reloadIgnoringLocalCacheData
        if let types { request.setValue(types, forHTTPHeaderField: "Accept") }
        let (body, response) = try await URLSession.shared.data(for: request)
        guard let http = response as? HTTPURLResponse else { throw Missing("an HTTP answer to \(path)") }
        return Answer(
            status: http.statusCode, type: http.value(forHTTPHeaderField: "Content-Type") ?? "", body: body)
    }

    func read<Value: Decodable>(_ type: Value.Type, _ path: String) async throws -> Value {
        let answer = try await get(path)
        #expect(answer.status == 200, "\(path): \(answer.text)")
        return try JSONDecoder().decode(type, from: answer.body)
    }

    /// The requests in the window of an hour, committed or not.
    func requests() async throws -> Int {
        try await read(Summary.Window.self, "/api/v1/windows/1h").total.requests
    }

    /// The sum of a metric of `/metrics` over its series; nil when there is none.
    func metric(_ name: String) async throws -> Double? {
        let lines = try await get("/metrics").text.split(separator: "\n")
        let samples = lines.filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
        guard !samples.isEmpty else { return nil }
        return samples.reduce(0) { sum, line in sum + (line.split(separator: " ").last.flatMap { Double($0) } ?? .nan) }
    }

    /// Waits until so many requests are in the window.
    func sees(_ requests: Int) async throws {
        var last = -1
        do {
            try await wait("\(requests) requests in the window") {
                last = try await self.requests()
                return last >= requests
            }
        } catch let error as Missing {
            throw Missing("\(error), found \(last)")
        }
        #expect(last == requests)
    }

    /// Waits until so many requests are committed.
    func commits(_ requests: Int) async throws {
        try await wait("\(requests) committed requests") {
            try await metric("plumbline_requests_total").map { Int($0) >= requests } ?? false
        }
        #expect(try await metric("plumbline_requests_total") == Double(requests))
    }
}

/// Runs the agent until `body` returns, then stops it by SIGTERM; `body` may have sent another signal before.
///
/// - Parameter port: where it listens, if not just anywhere.
@discardableResult
func withAgent<Result: Sendable>(
    _ arguments: String..., in place: Workplace, port: Int? = nil, awaitReady: Bool = true,
    _ body: (Agent) async throws -> Result
) async throws -> (result: Result, ending: Ending) {
    let port = try port ?? freePort()
    let common = ["run", "--data", place.data.string, "--listen", "127.0.0.1:\(port)"]
    return try await withProgram(
        Plumbline.path(), common + arguments, directory: place.path, log: place.path.appending("agent.out")
    ) { program in
        let agent = Agent(program: program, port: port)
        if awaitReady {
            try await wait("/readyz of the agent") { (try? await agent.get("/readyz").status) == 200 }
        }
        return try await body(agent)
    }
}
