/// How the lines of a log are written.
package enum LineFormat: Hashable, Sendable {
    /// Every line for itself: JSON where it begins with a brace, else the first of `TextFormat.known` that takes it.
    case auto
    case json
    /// Those of `TextFormat.known` that have this name: variants of one writer's lines.
    case known(String)
    /// As a user wrote it.
    case text(TextFormat)

    var isTextOnly: Bool {
        switch self {
        case .auto, .json: false
        case .known, .text: true
        }
    }

    package var name: String {
        switch self {
        case .auto: "auto"
        case .json: "json"
        case .known(let name): name
        case .text(let format): format.name
        }
    }
}
