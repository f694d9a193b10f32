import Agent
import Glibc
import RequestLog
import TerminalScreen

/// Keys, signals and answers → the state; the state → the terminal. Everything that is decided is decided in `ScreenState`.
struct TopLoop: Sendable {
    var state: ScreenState
    let style: ScreenStyle
    let interval: Timestamp.Span
    let lookout: Lookout

    /// An escape is a key by itself if nothing follows for so long.
    private static let escapeMilliseconds: Int32 = 50

    /// Until the person leaves, a signal ends it, or the terminal is gone.
    func run() async {
        let (questions, asking) = AsyncStream.makeStream(of: ScreenQuestion.self, bufferingPolicy: .bufferingNewest(1))
        let (lookout, outlook) = (lookout, Outlook())
        let asker = Task {
            for await question in questions { outlook.post(await lookout.look(question)) }
        }
        defer { asker.cancel() }
        let loop = self
        await withCheckedContinuation { ended in
            AgentThread.start {
                var loop = loop
                loop.show(asking, outlook)
                ended.resume()
            }
        }
    }

    /// On a thread of its own: it waits for keys, and the pool's threads are for those who answer. Those also block the
    /// signals that this one stops by.
    private mutating func show(_ asking: AsyncStream<ScreenQuestion>.Continuation, _ outlook: Outlook) {
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        let wakeUps = WakeUps()
        var terminal = RawTerminal()
        var keys = KeyReader()
        var nextLook = AgentClock.monotonicNanoseconds + interval.nanoseconds
        while true {
            state.tick(AgentClock.wall)
            let size = terminal.size
            terminal.show(Screen.lines(state, size: size, style: style), size: size)
            let woken = wakeUps.wait(
                milliseconds: keys.awaitsMore ? TopLoop.escapeMilliseconds : milliseconds(until: nextLook))
            for outcome in outlook.take() { take(outcome) }
            guard let typed = woken.typed, WakeUps.stops.isDisjoint(with: woken.signals) else { return }
            var wish = ScreenState.Wish.nothing
            for key in typed.isEmpty ? keys.settle() : keys.read(typed) {
                let next = state.press(key, pageLength: Screen.pageLength(state, size: size))
                if next == .leave { return }
                if next == .ask { wish = .ask }
            }
            if woken.signals.contains(SIGTSTP) { suspend(&terminal) }
            if woken.signals.contains(SIGCONT) { terminal.enter() }
            if wish == .ask || AgentClock.monotonicNanoseconds >= nextLook {
                asking.yield(state.question)
                nextLook = AgentClock.monotonicNanoseconds + interval.nanoseconds
            }
        }
    }

    /// At most a second, so that what is shown as time passes does pass.
    private func milliseconds(until instant: Int64) -> Int32 {
        let left = (instant - AgentClock.monotonicNanoseconds) / 1_000_000
        return Int32(min(max(left + 1, 1), 1000))
    }

    private mutating func take(_ outcome: Lookout.Outcome) {
        switch outcome {
        case .success(let look): state.take(look, at: AgentClock.wall)
        case .failure(let trouble): state.lose(trouble.brief, at: AgentClock.wall)
        }
    }

    /// As without this program: the shell gets a terminal as it was, and `fg` brings the screen back.
    private func suspend(_ terminal: inout RawTerminal) {
        terminal.leave()
        signal(SIGTSTP, SIG_DFL)
        raise(SIGTSTP)
        WakeUps.watch(SIGTSTP)
        terminal.enter()
    }
}
