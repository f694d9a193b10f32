/// One input as the user wrote it.
package struct TailInput: Equatable, Sendable {
    /// A path, or a glob with `*`, `?` and `[…]`.
    package var pattern: String
    /// Handed on with every log of this input.
    package var source: String
    /// Logs that are there at the agent's first start are read from their beginning.
    package var fromStart: Bool

    package init(pattern: String, source: String, fromStart: Bool) {
        self.pattern = pattern
        self.source = source
        self.fromStart = fromStart
    }
}
