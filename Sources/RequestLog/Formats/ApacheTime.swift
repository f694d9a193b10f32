/// A time as Apache is told to write it, in one directive, `%{%F %T %z}t`, or in several side by side:
/// `%{sec}t.%{msec_frac}t`, `%{%d/%b/%Y %T}t.%{msec_frac}t %{%z}t`.
struct ApacheTime {
    /// In strftime's notation, with `%f` for a fraction of a second; the epoch in other units by Apache's names.
    private var pattern: String

    /// What is between the brackets that the pattern has around it; nil: it has none.
    static func inBrackets(_ argument: String) -> String? {
        let pattern = withoutMoment(argument)
        return pattern.hasPrefix("[") && pattern.hasSuffix("]") ? String(pattern.dropFirst().dropLast()) : nil
    }

    /// - Parameter argument: what stands in the braces.
    init(_ argument: String) {
        let pattern = ApacheTime.withoutMoment(argument)
        self.pattern =
            switch pattern {
            case "sec": "%s"
            case "msec_frac", "usec_frac": "%f"
            default: pattern.replacing("%T", with: "%H:%M:%S").replacing("%F", with: "%Y-%m-%d")
            }
    }

    /// Whether the request's beginning or its end is meant does not change how it is written.
    private static func withoutMoment(_ argument: String) -> String {
        argument.hasPrefix("begin:") || argument.hasPrefix("end:")
            ? String(argument.drop { $0 != ":" }.dropFirst()) : argument
    }

    /// Both as one, where a time can go on so.
    func followed(by literal: String, _ next: ApacheTime) -> ApacheTime? {
        var longer = self
        longer.pattern += literal + next.pattern
        return ApacheTime.known.contains { $0.hasPrefix(longer.pattern) } ? longer : nil
    }

    /// Nil where it is no instant by itself.
    var meaning: FieldMeaning? {
        // Whole seconds say less than another time in the line.
        ApacheTime.known.contains(pattern) ? FieldMeaning(field: .time, rank: pattern == "%s" ? 2 : 0) : nil
    }

    var blanks: Int { pattern.count { $0 == " " } }

    private static let known: Set<String> = {
        let seconds = [
            "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d/%b/%Y:%H:%M:%S", "%d/%b/%Y %H:%M:%S",
        ]
        var known: Set = ["%s", "%s.%f", "%s%f", "msec", "usec"]
        for second in seconds {
            for fraction in ["", ".%f", ",%f"] {
                for zone in ["", "%z", " %z"] { known.insert(second + fraction + zone) }
            }
        }
        return known
    }()
}
