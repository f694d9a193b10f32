import Logging
import Serving
import Testing

/// Runs a server on a port of the system's choice, and stops it.
func withServer(
    _ view: FakeView = FakeView(), limits: ServerLimits = ServerLimits(), credentials: Credentials = Credentials(),
    _ body: (HTTPServer, ListenAddress) async throws -> Void
) async throws {
    let server = HTTPServer(
        configuration: HTTPServer.Configuration(
            listen: ListenAddress(host: "127.0.0.1", port: 0), releaseID: "1.2.3", limits: limits,
            credentials: credentials),
        view: view, logger: quiet)
    let addresses = try await server.start()
    do {
        try await body(server, addresses.listen)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
    #expect(server.counts.connectionsOpen == 0)
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A request that ends the connection.
func get(_ target: String, method: String = "GET", fields: String...) -> String {
    let lines = ["\(method) \(target) HTTP/1.1", "Host: test", "Connection: close"] + fields
    return lines.joined(separator: "\r\n") + "\r\n\r\n"
}

/// The one answer to a request that ends the connection.
func ask(_ address: ListenAddress, _ target: String, method: String = "GET") async throws -> RawResponse {
    let text = try await RawClient.exchange(address, get(target, method: method))
    let answers = try #require(RawResponse.all(in: text, toHead: method == "HEAD"), "\(text)")
    try #require(answers.count == 1, "\(text)")
    return answers[0]
}
