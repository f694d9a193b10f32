import ArgumentParser
import RequestLog
import Serving

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask a running agent; exit 0 healthy, 1 not.",
        discussion: """
            For exec probes and container health checks: no curl needed.

            Examples:
              plumbline health
              plumbline health http://127.0.0.1:9180/readyz --probe
            """)

    @Argument(help: ArgumentHelp("What to ask (default: \(ProbeURL.local)).", valueName: "url"))
    var url: String?

    @Flag(help: "Exit 1 instead of 69 when the agent cannot be reached.")
    var probe = false

    @Option(parsing: .unconditional, help: ArgumentHelp("How long to wait.", valueName: "duration"))
    var timeout: SpanArgument = SpanArgument(.seconds(5))

    func run() async throws {
        let answer: ProbeClient.Answer
        do throws(ProbeError) {
            let url = try url.map { text throws(ProbeError) in try ProbeURL(text) } ?? .local
            answer = try await ProbeClient.get(url, timeout: .nanoseconds(timeout.span.nanoseconds))
        } catch {
            if case .invalidURL = error { throw Failure(.usage, "\(error)") }
            throw Failure(probe ? .negative : .unreachableAgent, "\(error)")
        }
        try Terminal.write(answer.body)
        if !(200..<400).contains(answer.status) { throw Failure(.negative) }
    }
}
