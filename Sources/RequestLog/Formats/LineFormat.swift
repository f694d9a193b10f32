/// How the lines of a log are written.
package enum LineFormat: Hashable, Sendable {
    /// Every line for itself: JSON where it begins with a brace, else the first of `TextFormat.known` that takes it.
    case auto
    case json
    case text(TextFormat)

    package var name: String {
        switch self {
        case .auto: "auto"
        case .json: "json"
        case .text(let format): format.name
        }
    }
}
