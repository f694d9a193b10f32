import FoundationEssentials
import Testing

@Suite("The drawing of the format")
struct DocumentationTests {
    @Test("the example in Snapshots.docc is the golden block")
    func example() throws {
        let path = #filePath.replacing("Tests/SnapshotsTests/DocumentationTests.swift", with: "")
        let text = try String(contentsOfFile: path + "Sources/Snapshots/Snapshots.docc/Snapshots.md", encoding: .utf8)
        let example = try #require(text.split(separator: "### Example").last?.split(separator: "```").dropFirst().first)
        // What stands between the words are pairs of hexadecimal digits; two spaces or more end a value.
        let bytes = example.split(whereSeparator: \.isNewline).flatMap { line in
            line.split(separator: "  ").map { $0.split(separator: " ") }.flatMap { words in
                words.drop { !isByte($0) }.prefix(while: isByte)
            }
        }
        #expect(bytes.joined(separator: " ") == Golden.header + " " + Golden.columns)
    }

    private func isByte(_ word: Substring) -> Bool { word.count == 2 && word.allSatisfy(\.isHexDigit) }
}
