/// A value out of a short list of words.
package protocol Choice: TextValue, RawRepresentable, CaseIterable where RawValue == String {}

extension Choice {
    package static var valueName: String { words.joined(separator: "|") }
    package static var noun: String { "one of \(words.joined(separator: ", "))" }
    package static var example: String? { nil }

    package init?(text: String) { self.init(rawValue: text) }

    package var text: String { rawValue }

    private static var words: [String] { allCases.map(\.rawValue) }
}

extension Settings.Input.Format: Choice {}
extension Settings.Input.DurationUnit: Choice {}
extension Settings.Log.Level: Choice {}
extension Settings.Log.Format: Choice {}

extension Settings.Answers.Answer: Choice {}
extension Settings.TLS.Scope: Choice {}

extension Settings.HealthRules.Window: Choice {
    package var length: Duration {
        switch self {
        case .oneMinute: .minutes(1)
        case .fiveMinutes: .minutes(5)
        case .fifteenMinutes: .minutes(15)
        case .oneHour: .hours(1)
        }
    }

    /// By length, so `60s` and `60m` are windows too.
    package init?(text: String) {
        guard let length = Duration(text: text), let window = Self.allCases.first(where: { $0.length == length }) else {
            return nil
        }
        self = window
    }
}
