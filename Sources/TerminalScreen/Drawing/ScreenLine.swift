internal import Exposition

/// A line of the screen: pieces with their inks, never wider than the screen.
///
/// Every text is made safe to show here and nowhere else: what comes from a log cannot be more than visible characters.
struct ScreenLine {
    enum Side { case left, right }
    enum Cut { case end, middle }

    private struct Piece {
        var text: String
        var ink: Ink
    }

    let limit: Int
    private var pieces: [Piece] = []
    private(set) var width = 0

    init(limit: Int) { self.limit = limit }

    var room: Int { limit - width }

    /// - Parameter columns: what it takes, whatever its length is; nil is as much as it needs.
    mutating func add(
        _ text: String, _ ink: Ink = .plain, columns: Int? = nil, side: Side = .left, cut: Cut = .end
    ) {
        let most = min(columns ?? room, room)
        guard most > 0 else { return }
        let safe = escapedForDisplay(text)
        let shown = cut == .middle ? cutInMiddle(safe, width: most) : cutAtEnd(safe, width: most)
        let padding = columns == nil ? 0 : most - displayWidth(shown)
        if side == .right { space(padding) }
        if !shown.isEmpty { pieces.append(Piece(text: shown, ink: ink)) }
        width += displayWidth(shown)
        if side == .left { space(padding) }
    }

    mutating func space(_ columns: Int) {
        let columns = min(columns, room)
        guard columns > 0 else { return }
        pieces.append(Piece(text: String(repeating: " ", count: columns), ink: .plain))
        width += columns
    }

    mutating func move(to column: Int) { space(column - width) }

    /// At the right edge, if all of it fits behind what is there.
    mutating func add(atRight texts: [(String, Ink)]) {
        let needed = texts.reduce(0) { $0 + displayWidth(escapedForDisplay($1.0)) }
        guard needed < room else { return }
        move(to: limit - needed)
        for (text, ink) in texts { add(text, ink) }
    }

    func render(_ style: ScreenStyle, isFaint: Bool = false) -> String {
        var text = ""
        for piece in pieces {
            let shown = style.isPlain ? inASCII(piece.text) : piece.text
            let ink = isFaint ? .faint : piece.ink
            text += style.color && ink != .plain ? ink.rawValue + shown + Ink.end : shown
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// The beginning of the text in at most `width` columns, with a mark where something is missing.
private func cutAtEnd(_ text: String, width: Int) -> String {
    guard displayWidth(text) > width else { return text }
    var shown = ""
    var used = 0
    for character in text {
        let next = displayWidth(String(character))
        guard used + next < width else { break }
        shown.append(character)
        used += next
    }
    return shown + "…"
}

/// The screen's own signs by their nearest in ASCII; of others only that there is something.
private func inASCII(_ text: String) -> String {
    var plain = ""
    for scalar in text.unicodeScalars {
        if scalar.isASCII {
            plain.unicodeScalars.append(scalar)
        } else if let nearest = nearestInASCII[scalar] {
            plain.append(nearest)
        } else {
            plain += String(repeating: "?", count: displayWidth(String(Character(scalar))))
        }
    }
    return plain
}

private let nearestInASCII: [Unicode.Scalar: Character] = [
    "▁": "_", "▂": ".", "▃": ":", "▄": "-", "▅": "=", "▆": "+", "▇": "*", "█": "#", "…": "~", "–": "-", "─": "-",
    "━": "=", "●": "*", "▲": "!", "✖": "X", "▸": ">", "·": ",", "µ": "u", "▼": "v", "←": "<",
]
