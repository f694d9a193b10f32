internal import Health
internal import RequestLog

extension Screen {
    /// The changes of the service: what became of each, and of what was promised.
    func changes() {
        line()
        guard let answer = state.changes else { return paragraph("asking…", .faint) }
        if answer.changes.isEmpty {
            paragraph("No change is recorded: plumbline change start writes down the first one.")
        }
        for (place, change) in answer.changes.enumerated() {
            let rest = answer.changes.count - place
            let rows = 1 + change.promises.count + (change.reasons.isEmpty ? 0 : 2)
            // The foot is below, and what is left out is said.
            guard place == 0 || lines.count + rows + (rest > 1 ? 1 : 0) < size.rows else {
                lines = Array(lines.prefix(max(size.rows - 2, 1)))
                paragraph("\(rest) more: plumbline change list", .faint, most: 1)
                break
            }
            show(change)
        }
        if answer.unreadable > 0 {
            paragraph("\(HumanUnits.count(UInt64(answer.unreadable), of: "file")) with no record in it", .yellow)
        }
    }

    private func show(_ change: ChangesAnswer.Change) {
        let (sign, ink, word) = Screen.verdict(change.state)
        line { line in
            line.space(1)
            line.add("\(sign) ", ink)
            line.add(word, ink, columns: 22)
            line.add(change.title, .bold)
            let when = "\(change.event) \(change.time.map(moment) ?? "")"
            line.add(atRight: [("  \(change.owner) · \(when) ", .faint)])
        }
        for promise in change.promises {
            let verdict = promise.verdict.map { Screen.verdict($0) }
            line { line in
                line.space(5)
                line.add(verdict?.word ?? "not judged", verdict?.ink ?? .faint, columns: 18)
                line.add(" \(promise.text)")
                if let reason = promise.reason { line.add("  \(reason)", .faint) }
            }
        }
        if let reason = change.reasons.first { paragraph(reason, .faint, indent: 5, most: 2) }
    }

    /// The time of day; of older ones the day.
    private func moment(_ text: String) -> String {
        guard let time = Timestamp(rfc3339: text) else { return text }
        return state.asOf - time < .minutes(24 * 60) ? clock(time) : String(time.description.prefix(10))
    }

    /// A state of a change, or a verdict on a promise.
    private static func verdict(_ state: String) -> (sign: String, ink: Ink, word: String) {
        let word = words[state] ?? state
        switch state {
        case "met", "unharmed", "restored": return ("●", .well, word)
        case "not_met", "regressed", "not_restored", "rolled_back": return ("✖", .loud, word)
        case "inconclusive", "not_comparable": return ("▲", .wary, word)
        default: return ("–", .faint, word)
        }
    }

    private static let words = [
        "baseline": "baseline taken", "deployed": "deployed, not judged", "not_met": "not met",
        "not_comparable": "not comparable", "rolled_back": "rolled back", "not_restored": "not restored",
    ]
}
