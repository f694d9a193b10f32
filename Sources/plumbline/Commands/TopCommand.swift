import Agent
import ArgumentParser
import Exposition
import Glibc
import RequestLog
import Serving
import TerminalScreen

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch a running agent in the terminal.",
        discussion: """
            Health with its reason, how the numbers go, and the routes: sorted, filtered, each \
            with its detail. The key ? shows all keys, q quits. It runs in 80 columns and 24 \
            rows, gives way in less, and needs no colours (NO_COLOR). Where the agent stops \
            answering it says so, and goes on when it answers again.

            Examples:
              plumbline top
              plumbline top http://10.0.0.7:9180 --every 10s
              ssh -t shop-3 plumbline top
              plumbline top --once --window 1h | less
            """)

    @Argument(help: ArgumentHelp("The agent (default: http://\(ProbeURL.local.address)).", valueName: "url"))
    var url: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("How often to look.", valueName: "duration"))
    var every: SpanArgument = SpanArgument(.seconds(2))

    @Option(help: ArgumentHelp("The window to begin with: 1m, 5m, 15m or 1h.", valueName: "window"))
    var window = "1m"

    @Flag(help: "Print one screen as text, with every route, and end.")
    var once = false

    @Flag(help: "No character beyond ASCII.")
    var ascii = false

    @OptionGroup var credentials: AgentCredentials

    private static let quickest = Timestamp.Span.milliseconds(200)

    func validate() throws {
        guard ScreenState.windows.contains(window) else {
            throw ValidationError(
                "--window \(window): expected one of \(ScreenState.windows.joined(separator: ", "))")
        }
        guard every.span >= TopCommand.quickest else {
            throw ValidationError("--every \(every.defaultValueDescription): expected 200ms or more")
        }
    }

    func run() async throws {
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" || $0.pointee == 0 } ?? true
        guard once || (Terminal.outputIsTerminal && isatty(STDIN_FILENO) == 1 && !isDumb) else {
            throw Failure(
                .usage,
                "top: \(isDumb && Terminal.outputIsTerminal ? "this terminal cannot move its cursor (TERM)" : "standard input or output is no terminal"); "
                    + "expected a terminal, or --once, which prints one screen as text (safe to try again)")
        }
        let agent: ProbeURL
        do throws(ProbeError) { agent = try url.map { text throws(ProbeError) in try ProbeURL(text) } ?? .local } catch
        {
            throw Failure(.usage, "top: \(error)")
        }
        let lookout = Lookout(agent: agent, credentials: try credentials.read())
        var state = ScreenState(address: "\(agent.isSecure ? "https://" : "")\(agent.address)", now: AgentClock.wall)
        state.windowName = window
        switch await lookout.look(state.question) {
        case .failure(let trouble): throw Failure(.unreachableAgent, "top: \(trouble.reason)")
        case .success(let look): state.take(look, at: AgentClock.wall)
        }
        let style = ScreenStyle(color: Terminal.style.color, isPlain: ascii || TopCommand.wantsASCII)
        if once {
            let lines = Screen.page(state, columns: Terminal.style.width, style: style)
            return try Terminal.write(lines.joined(separator: "\n") + "\n")
        }
        let loop = TopLoop(state: state, style: style, interval: every.span, lookout: lookout)
        await loop.run()
    }

    /// A locale that names another character set. None, or C, says nothing about the terminal.
    private static var wantsASCII: Bool {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { continue }
            let lowercased = value.lowercased()
            return !["c", "posix"].contains(lowercased) && !lowercased.contains("utf-8") && !lowercased.contains("utf8")
        }
        return false
    }
}
