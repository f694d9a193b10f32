package import RequestLog

/// What an operator said of this service: it stands above every judgement until the operator takes it back.
package struct OperatorWord: Equatable, Sendable {
    package enum Word: String, CaseIterable, Sendable {
        /// The judgement decides again.
        case ready
        /// No new work; what has begun may end.
        case drain
        /// No work at all.
        case maint
    }

    package var word: Word
    /// Wall clock of when it was said.
    package var since: Timestamp

    /// How long a balancer is told that an operator's word was taken back.
    package static let readyTime = Timestamp.Span.minutes(1)

    package init(_ word: Word, since: Timestamp) {
        self.word = word
        self.since = since
    }

    /// What stands after a further word. To say the same again changes nothing, and only a word can be taken back.
    package static func after(_ standing: OperatorWord?, _ word: Word, at now: Timestamp) -> OperatorWord? {
        if word == standing?.word || word == .ready && standing == nil { return standing }
        return OperatorWord(word, since: now)
    }

    /// What is answered instead of the judgement; nil where the judgement decides.
    package var state: HealthState? {
        switch word {
        case .ready: nil
        case .drain: .drain
        case .maint: .maint
        }
    }

    /// Whether a drain was taken back a moment ago.
    package func isJustLifted(at now: Timestamp) -> Bool {
        word == .ready && now >= since && now - since < OperatorWord.readyTime
    }
}

extension OperatorWord {
    /// One line: the word and nanoseconds since 1970; nil where it is no such line.
    package init?(text: String) {
        let parts = text.split(whereSeparator: \.isWhitespace)
        guard parts.count == 2, let word = Word(rawValue: String(parts[0])), let time = Int64(parts[1]) else {
            return nil
        }
        self.init(word, since: Timestamp(nanoseconds: time))
    }

    package var text: String { "\(word.rawValue) \(since.nanoseconds)\n" }
}

extension HealthReport {
    /// What is answered while an operator's word stands; without one, the report as it is.
    package func under(_ word: OperatorWord?) -> HealthReport {
        guard let word, let state = word.state else { return self }
        var report = self
        let verb = state == .drain ? "drained" : "in maintenance"
        report.status = .fail
        report.state = state
        report.since = word.since
        report.weight = 0
        report.output = "\(verb) by an operator since \(word.since.clock), until `plumbline health --ready`: \(output)"
        return report
    }
}

extension Timestamp {
    /// `10:42Z`, for a sentence.
    var clock: String { "\(description.dropFirst(11).prefix(5))Z" }
}
