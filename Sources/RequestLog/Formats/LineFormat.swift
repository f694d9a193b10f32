/// How the lines of a log are written.
package enum LineFormat: Hashable, Sendable {
    /// Every line for itself: JSON where it begins with a brace, else the first of `TextFormat.known` that takes it, else
    /// LTSV or logfmt where it tells its time and its status in their way: looked for first where it begins with a key.
    case auto
    case json
    /// Objects whose strings nginx has escaped in its own way: `\x22`.
    case nginxJSON
    /// Those of `TextFormat.known` that have this name: variants of one writer's lines.
    case known(String)
    /// As a user wrote it.
    case text(TextFormat)
    /// `key=value key="a \"quoted\" value"`
    case logfmt
    /// `label:value<TAB>label:value` (ltsv.org)
    case ltsv
    /// A W3C extended log file; columns for lines that no `#Fields:` line is before.
    case w3c(W3CColumns)

    /// Whether a line that begins with a brace is an object.
    var isOfObjects: Bool { self == .auto || self == .json || self == .nginxJSON }

    package var name: String {
        switch self {
        case .auto: "auto"
        case .json: "json"
        case .nginxJSON: "nginx-json"
        case .known(let name): name
        case .text(let format): format.name
        case .logfmt: "logfmt"
        case .ltsv: "ltsv"
        case .w3c: "w3c"
        }
    }
}

/// How one line is written.
enum LineForm: Equatable {
    case json
    /// By the number of its format in the reader's table.
    case text(Int)
    case logfmt, ltsv
    /// As a header names them.
    case columns
}
