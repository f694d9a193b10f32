internal import Health
package import RequestLog

extension DurationDoubt {
    /// For people, with what to do about it.
    package var text: String {
        func length(_ nanoseconds: Int64) -> String { HumanUnits.duration(seconds: Double(nanoseconds) / 1e9) }
        let found =
            switch self {
            case .tooLong(let median): "half of the durations are \(length(median)) or longer"
            case .tooShort(let longest): "no duration is longer than \(length(longest))"
            }
        return "\(found): is their unit right? (duration_unit, or the key's name)"
    }
}
