import Exposition
import Foundation
import Testing

@Suite struct MetricsReferenceTests {
    @Test("the reference has every family of the page and no other; RECORD=1 writes its table anew")
    func families() throws {
        var agent = busyAgent
        // They name themselves.
        agent.incidents = []
        let kinds = [0: "counter", 1: "gauge", 4: "histogram"]
        let families = try WireMessage.stream(render(metricsPage(.shop, agent), as: .protobuf))
        let rows = try families.map { family in
            let kind = try #require(family.varint(3).flatMap { kinds[Int($0)] })
            return "| `\(family.text(1))` | \(kind) | \(family.text(5)) | \(family.text(2)) |"
        }
        let table = (["| name | kind | unit | what |", "|---|---|---|---|"] + rows).map { $0 + "\n" }.joined()

        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Exposition/Exposition.docc/Metrics.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(page.range(of: "<!-- families: begin -->\n")).upperBound
        let end = try #require(page.range(of: "<!-- families: end -->")).lowerBound
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            let recorded = page.replacingCharacters(in: start..<end, with: table)
            try recorded.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(page[start..<end] == table, "`make docs` writes it anew")
        }
    }
}
