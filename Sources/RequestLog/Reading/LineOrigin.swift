/// How a line was written, and by whom, where that can be told.
package struct LineOrigin: Hashable, Comparable, Sendable {
    /// As `LineFormat.name` has it.
    package var format: String
    package var writer: Writer?

    /// For people: `JSON`, `Caddy's JSON`, `combined`.
    package var description: String {
        let format = format == "json" ? "JSON" : format
        return writer.map { "\($0.name)'s \(format)" } ?? format
    }

    package static func < (left: LineOrigin, right: LineOrigin) -> Bool { left.description < right.description }
}
