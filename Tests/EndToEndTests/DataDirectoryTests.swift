import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("a data directory that is taken away", .timeLimit(.minutes(2)))
    struct DataDirectoryTests {
        @Test("deleted under the running agent, it is made again with what is not yet old, and no counter decreases")
        func deleted() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await log.append(500)
                    try await agent.commits(500)
                    try FileManager.default.removeItem(atPath: place.data.string)
                    try await log.append(300)
                    try await agent.commits(800)
                    #expect(try await agent.metric("plumbline_agent_degraded") == 0)
                    let said = try String(contentsOfFile: agent.program.log.string, encoding: .utf8)
                    #expect(said.contains("Cannot commit"), "the loss is stated: \(said)")
                }
                try await NumberedLog.expect(.of(place.data), has: 800)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await log.append(200)
                    try await agent.commits(1_000)
                }
                try await NumberedLog.expect(.of(place.data), has: 1_000)
            }
        }

        @Test("replaced by an empty one, a second agent on it is refused no less than on the first")
        func replaced() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await log.append(500)
                    try await agent.commits(500)
                    try FileManager.default.removeItem(atPath: place.data.string)
                    try await log.append(300)
                    try await agent.commits(800)
                    let second = try await Plumbline.run(
                        "run", place.file("app.log").string, "--data", place.data.string, "--listen", "127.0.0.1:0")
                    #expect(second.exitCode == 73)
                    #expect(second.says(place.data.string) && second.says("another"), "\(second.error)")
                }
            }
        }
    }
}
