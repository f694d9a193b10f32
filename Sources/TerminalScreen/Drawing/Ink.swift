/// How a piece of a line looks, where there are colours; they are the terminal's own, so they suit light and dark ones.
enum Ink: String {
    case plain = ""
    case bold = "\u{1b}[1m"
    case faint = "\u{1b}[2m"
    case green = "\u{1b}[32m"
    case yellow = "\u{1b}[33m"
    case red = "\u{1b}[31m"
    case accent = "\u{1b}[36m"
    case loud = "\u{1b}[1;31m"
    case well = "\u{1b}[1;32m"
    case wary = "\u{1b}[1;33m"

    static let end = "\u{1b}[0m"
}
