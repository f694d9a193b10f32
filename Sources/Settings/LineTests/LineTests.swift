/// Sample lines and what each must become, as users write them down to pin how their log is read.
///
/// ```yaml
/// - name: a hit costs nothing
///   line: '{"ts":"2026-11-22T10:14:00Z","status":200,"path":"/orders/17","cache":"HIT"}'
///   expect: { status: 200, route: "/orders/{id}", cache: hit }
/// - line: 'half a line'
///   expect: { rejected: malformed }
/// ```
package struct LineTests: Sendable {
    package struct Test: Sendable {
        /// For messages; the place in the file where none is given.
        package var name: String
        package var place: SettingsError.Place
        package var line: String
        /// Fact and value, in the order written.
        package var expected: [(name: String, value: String)]
    }

    package private(set) var tests: [Test] = []

    private static let expected = "a list of tests such as \"- line: '…'\""

    /// Reads a file of tests.
    ///
    /// - Parameter facts: the names that may stand under `expect`.
    package init(yaml: [UInt8], file: String, facts: [String]) throws(SettingsErrors) {
        var errors = SettingsErrors()
        do throws(SettingsError) {
            var reader = NodeReader(try FileText(yaml, file: file), file: file)
            let root = reader.read()
            errors.append(contentsOf: reader.errors)
            if let root {
                read(root, file, facts, &errors)
            } else if errors.isEmpty {
                errors.append(
                    SettingsError(
                        place: .file(name: file, line: 1, column: 1), problem: .missing(expected: LineTests.expected)))
            }
        } catch {
            errors.append(error)
        }
        if !errors.isEmpty { throw errors }
    }

    private mutating func read(_ root: Node, _ file: String, _ facts: [String], _ errors: inout SettingsErrors) {
        guard case .list(let items) = root.content, !items.isEmpty else {
            return errors.append(
                wrong(root, file, "", expected: LineTests.expected, found: root.description))
        }
        for (number, item) in items.enumerated() {
            let key = "[\(number)]"
            guard case .map(let entries) = item.content else {
                errors.append(wrong(item, file, key, expected: "a map of line and expect", found: item.description))
                continue
            }
            var test = Test(name: "", place: place(item.mark, file), line: "", expected: [])
            for entry in entries {
                switch (entry.key, entry.value.content) {
                case ("name", .scalar(let text, _)): test.name = text
                case ("line", .scalar(let text, _)): test.line = text
                case ("expect", .map(let expected)):
                    test.expected = read(expected, file, "\(key).expect", facts, &errors)
                case ("name", _), ("line", _):
                    errors.append(
                        wrong(
                            entry.value, file, "\(key).\(entry.key)", expected: "a text", found: entry.value.description
                        ))
                case ("expect", _):
                    errors.append(
                        wrong(
                            entry.value, file, "\(key).expect", expected: "a map of \(facts.joined(separator: ", "))",
                            found: entry.value.description))
                default:
                    errors.append(
                        SettingsError(
                            place: place(entry.keyMark, file), key: "\(key).\(entry.key)",
                            problem: .unknown(nearest: nearestName(to: entry.key, among: ["name", "line", "expect"]))))
                }
            }
            for name in ["line", "expect"] where !entries.contains(where: { $0.key == name }) {
                errors.append(
                    SettingsError(
                        place: place(item.mark, file), key: "\(key).\(name)",
                        problem: .missing(expected: name == "line" ? "a line of the log" : "what it becomes")))
            }
            tests.append(test)
        }
    }

    private func read(
        _ entries: [Node.Entry], _ file: String, _ key: String, _ facts: [String], _ errors: inout SettingsErrors
    ) -> [(name: String, value: String)] {
        entries.compactMap { entry in
            guard facts.contains(entry.key) else {
                errors.append(
                    SettingsError(
                        place: place(entry.keyMark, file), key: "\(key).\(entry.key)",
                        problem: .unknown(nearest: nearestName(to: entry.key, among: facts))))
                return nil
            }
            // Nothing at all says that the line does not tell it.
            if entry.value.isNull { return (entry.key, "nothing") }
            guard case .scalar(let text, _) = entry.value.content else {
                errors.append(
                    wrong(
                        entry.value, file, "\(key).\(entry.key)", expected: "a text or a number",
                        found: entry.value.description))
                return nil
            }
            return (entry.key, text)
        }
    }

    private func wrong(
        _ node: Node, _ file: String, _ key: String, expected: String, found: String
    ) -> SettingsError {
        SettingsError(place: place(node.mark, file), key: key, problem: .wrong(expected: expected, found: found))
    }

    private func place(_ mark: Node.Mark, _ file: String) -> SettingsError.Place {
        .file(name: file, line: mark.line, column: mark.column)
    }
}
