/// Where a measure begins to be bad: a value of it, a multiple of what it was for longer (`3x`), or nowhere (`none`).
package enum Level<Value: TextValue & Comparable>: TextValue {
    case none
    case absolute(Value)
    /// Above zero.
    case relative(Double)

    package static var valueName: String { "\(Value.valueName), 3x or none" }
    package static var noun: String { Value.noun }
    package static var example: String? { Value.example }

    package init?(text: String) {
        if text == "none" {
            self = .none
        } else if text.hasSuffix("x") {
            let number = String(text.dropLast())
            guard number.allSatisfy(Set("0123456789.").contains), let times = Double(number), times > 0,
                times.isFinite
            else { return nil }
            self = .relative(times)
        } else {
            guard let value = Value(text: text) else { return nil }
            self = .absolute(value)
        }
    }

    package var text: String {
        switch self {
        case .none: "none"
        case .absolute(let value): value.text
        case .relative(let times): "\(times.text)x"
        }
    }

    /// False only where both say the same kind of thing and this one is above the other.
    package func isAtMost(_ other: Level) -> Bool {
        switch (self, other) {
        case (.absolute(let value), .absolute(let upper)): value <= upper
        case (.relative(let times), .relative(let upper)): times <= upper
        default: true
        }
    }
}
