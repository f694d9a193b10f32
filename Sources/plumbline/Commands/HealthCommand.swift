import ArgumentParser
import Exposition
import Health
import RequestLog
import Serving

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask a running agent: 0 healthy, 1 not. Drain, ready.",
        discussion: """
            For exec probes and container health checks: no curl needed. An operator's word (--drain, --maint) makes /health \
            fail and tells HAProxy's agent-check so, whatever the judgement is, until --ready takes it back; a restart \
            remembers it. It is taken from this machine only.

            Examples:
              plumbline health
              plumbline health http://127.0.0.1:9180/readyz --probe
              plumbline health --drain && sleep 30 && systemctl restart shop
              plumbline health --ready
            """)

    @Argument(help: ArgumentHelp("What to ask (default: \(ProbeURL.local)).", valueName: "url"))
    var url: String?

    @Flag(help: "Exit 1 instead of 69 when the agent cannot be reached.")
    var probe = false

    @Flag(help: "No new requests; what has begun may end.")
    var drain = false

    @Flag(help: "No requests at all.")
    var maint = false

    @Flag(help: "Take it back: the judgement decides again.")
    var ready = false

    @Option(parsing: .unconditional, help: ArgumentHelp("How long to wait.", valueName: "duration"))
    var timeout: SpanArgument = SpanArgument(.seconds(5))

    @OptionGroup var credentials: AgentCredentials

    func validate() throws {
        guard words.count <= 1 else {
            throw ValidationError("--drain, --maint and --ready exclude each other; expected at most one of them.")
        }
        guard words.isEmpty || !probe else {
            throw ValidationError("--probe asks, and --\(words[0].rawValue) tells; expected one of them.")
        }
    }

    private var words: [OperatorWord.Word] {
        [(drain, .drain), (maint, .maint), (ready, .ready)].compactMap { $0 ? $1 : nil }
    }

    func run() async throws {
        let credentials = try credentials.read()
        let answer: ProbeClient.Answer
        do throws(ProbeError) {
            answer = try await asked(credentials)
        } catch {
            if case .invalidURL = error { throw Failure(.usage, "\(error)") }
            throw Failure(probe ? .negative : .unreachableAgent, "\(error)")
        }
        try Terminal.write(answer.body)
        if !(200..<400).contains(answer.status) { throw Failure(.negative) }
        if !words.isEmpty, !OperatorWordJSON.isKept(answer.body) {
            throw Failure(
                .cannotWrite,
                "it is so, but the agent cannot write it down: a restart would forget it (the agent goes on trying, safe "
                    + "to repeat)")
        }
    }

    private func asked(_ credentials: ProbeCredentials) async throws(ProbeError) -> ProbeClient.Answer {
        var url = try url.map { text throws(ProbeError) in try ProbeURL(text) } ?? .local
        let timeout = Duration.nanoseconds(timeout.span.nanoseconds)
        guard let word = words.first else { return try await ProbeClient.get(url, credentials, timeout: timeout) }
        url.target = "/api/v1/health/\(word.rawValue)"
        return try await ProbeClient.post(url, credentials, timeout: timeout)
    }
}
