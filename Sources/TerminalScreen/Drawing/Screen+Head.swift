internal import Health
internal import RequestLog

extension Screen {
    /// Who is asked, how it is, and what it reads: always three lines.
    func head() {
        line { line in
            line.space(1)
            line.add("plumbline", .bold)
            line.add("  \(state.address)")
            let clock = clock(state.now)
            let pages = choice(ScreenState.Page.allCases.map(\.title), chosen: state.showsKeys ? nil : state.page.title)
            let windows = choice(ScreenState.windows, chosen: state.windowName)
            // The first that fits; where not even the clock does, there is none.
            let window = windows.filter { $0.1 == .bold }
            let extras = [pages + [(" ", .plain)] + windows, pages + [(" ", .plain)] + window, windows, window]
            for extra in extras {
                line.add(atRight: [(" ", .plain)] + extra + [(" \(clock) ", .plain)])
                if line.width == line.limit { break }
            }
        }
        line { line in
            line.space(1)
            guard let health = state.health else { return line.add("waiting for the first answer", .faint) }
            let (sign, ink) = Screen.sign(health.status)
            // What it said last is no judgement on now.
            line.add(isStale ? "? was \(health.status.uppercased())" : "\(sign) \(health.status.uppercased())", ink)
            if let state = health.state, state != health.status { line.add(" (\(state))", ink) }
            line.add("  \(health.reason)")
            if let since = health.since.flatMap({ Timestamp(rfc3339: $0) }) {
                line.add(atRight: [
                    ("  for \(whole(state.asOf - since)) ", .faint)
                ])
            }
        }
        line { line in
            line.space(1)
            news(&line)
        }
    }

    /// `[1m] 5m 15m 1h `
    private func choice(_ words: [String], chosen: String?) -> [(String, Ink)] {
        words.flatMap { word -> [(String, Ink)] in
            [word == chosen ? ("[\(word)]", .bold) : (word, .faint), (" ", .plain)]
        }
    }

    static func sign(_ status: String) -> (sign: String, ink: Ink) {
        switch status {
        case "pass": ("●", .well)
        case "warn": ("▲", .wary)
        default: ("✖", .loud)
        }
    }

    /// `10:42:05Z`
    func clock(_ time: Timestamp) -> String { "\(time.description.dropFirst(11).prefix(8))Z" }

    /// What a person should know before believing the numbers.
    private func news(_ line: inout ScreenLine) {
        switch state.connection {
        case .lost(let since, let reason):
            line.add("NO ANSWER for \(whole(state.now - since))", .loud)
            line.add(", numbers of \(clock(state.asOf)), trying again: \(reason)")
            return
        case .back(let at, let after):
            line.add("the agent is back since \(clock(at))", .well)
            line.add(", after \(whole(after)) without an answer  ")
        case .live: break
        }
        if state.isPaused { line.add("PAUSED at \(clock(state.asOf)) (space goes on)  ", .wary) }
        guard let ledger = state.ledger else { return }
        line.add("\(HumanUnits.count(ledger.lines)) lines")
        if let rate = state.linesPerSecond { line.add(", \(HumanUnits.threeDigits(rate)) /s", .faint) }
        // Of less than a second it would only flicker.
        if let age = state.health?.age, age.seconds >= 1 {
            line.add(
                "  last request \(whole(.seconds(Int64(min(age.seconds, 1e9))))) ago", age.isLong ? .yellow : .plain)
        }
        if ledger.rejectedLines > 0 {
            let reasons = ledger.rejected.map { "\($0.name) \(HumanUnits.count($0.lines))" }.joined(separator: ", ")
            line.add("  \(HumanUnits.count(ledger.rejectedLines)) rejected", .red)
            line.add(" (\(reasons))")
        }
    }

    /// In whole seconds and, when it is long, minutes: nothing that changes at every look for no reason.
    func whole(_ span: Timestamp.Span) -> String {
        let unit: Double = span >= .minutes(120) ? 3600 : span >= .minutes(2) ? 60 : 1
        return HumanUnits.duration(seconds: max(0, (span.seconds / unit).rounded(.down) * unit))
    }

    func foot() {
        line { line in
            line.space(1)
            if state.isTypingFilter {
                line.add("/", .bold)
                line.add(state.filter)
                line.add("_", .bold)
                line.add("   enter keeps the filter, esc clears it", .faint)
                return
            }
            for (key, what) in footKeys where line.width + key.count + what.count + 3 <= line.limit {
                line.add(key, .bold)
                line.add(" \(what)  ", .faint)
            }
        }
    }

    private var footKeys: [(String, String)] {
        if state.showsKeys { return [("any key", "back"), ("q", "quit")] }
        if state.openRoute != nil {
            return [
                ("q", "quit"), ("esc", "back"), ("up/down", "other route"), ("w", "window"), ("space", "pause"),
                ("?", "keys"),
            ]
        }
        let common = [("tab", "page"), ("w", "window"), ("space", "pause"), ("?", "keys")]
        guard state.page == .routes else { return [("q", "quit"), ("esc", "back")] + common }
        return [("q", "quit"), ("enter", "open"), ("/", "filter"), ("s", "sort")] + common
    }

    func keys() {
        line()
        let keys = [
            ("up, down, page up, page down", "mark another route; j, k, g and G too"),
            ("enter", "open the marked route"), ("esc", "back; where there is a filter, without it"),
            ("/", "only routes with this in their name"),
            ("s, S", "sort by the next or the previous column"), ("r", "the other way round"),
            ("w, W", "the next or the previous window: 1m, 5m, 15m, 1h"),
            ("tab", "routes, health, inputs, changes"), ("space", "pause, and go on"),
            ("q, ctrl-c", "quit"), ("ctrl-z", "suspend; fg comes back"),
        ]
        let width = size.columns >= 76 ? 30 : 12
        for (key, what) in keys {
            line { line in
                line.space(1)
                line.add(key, .bold, columns: width)
                line.add(what)
            }
        }
        line()
        paragraph(
            "N+1 is a route that asks the database once for each row of its answer. Little bars show the numbers of this window at each look, the newest at the right; a blank is a number that was not known. – is what the log does not tell.",
            .faint)
    }
}
