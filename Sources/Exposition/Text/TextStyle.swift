/// How a table may look: whether colours are understood, and how many columns there are.
package struct TextStyle: Equatable, Sendable {
    package var color: Bool
    /// Columns of the terminal. Tables give way in the route column, down to a readable minimum.
    package var width: Int

    package init(color: Bool = false, width: Int = 120) {
        self.color = color
        self.width = width
    }

    /// For what stands so many columns from the left.
    func narrower(by columns: Int) -> TextStyle { TextStyle(color: color, width: max(0, width - columns)) }
}
