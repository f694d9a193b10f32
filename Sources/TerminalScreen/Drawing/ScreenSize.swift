/// Room on a terminal, in characters.
package struct ScreenSize: Equatable, Sendable {
    package var columns: Int
    package var rows: Int

    /// What a terminal can hardly exceed: it says its size itself, and some say nonsense.
    private static let largest = 1000

    package init(columns: Int, rows: Int) {
        self.columns = min(max(columns, 1), Self.largest)
        self.rows = min(max(rows, 1), Self.largest)
    }
}

/// What a terminal understands.
package struct ScreenStyle: Equatable, Sendable {
    package var color: Bool
    /// Nothing beyond ASCII.
    package var isPlain: Bool

    package init(color: Bool = false, isPlain: Bool = false) {
        self.color = color
        self.isPlain = isPlain
    }
}
