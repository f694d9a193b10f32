/// How a line was written, and by whom, where that can be told.
package struct LineOrigin: Hashable, Comparable, Sendable {
    /// As `LineFormat.name` has it.
    package var format: String
    package var writer: Writer?
    /// What the line was wrapped in, from the outside to the inside.
    package var wrappers: [Wrapper]

    package init(format: String, writer: Writer? = nil, wrappers: [Wrapper] = []) {
        self.format = format
        self.writer = writer
        self.wrappers = wrappers
    }

    /// For people: `JSON`, `Caddy's JSON`, `combined in CRI`.
    package var description: String { inWrappers(name) }

    /// `combined lines in CRI`
    package var lines: String { inWrappers(name + " lines") }

    private var name: String {
        let format = format == "json" ? "JSON" : format
        return writer.map { "\($0.name)'s \(format)" } ?? format
    }

    private func inWrappers(_ text: String) -> String { wrappers.reversed().reduce(text) { $0 + " in \($1.name)" } }

    package static func < (left: LineOrigin, right: LineOrigin) -> Bool { left.description < right.description }
}
