import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    /// `/openapi.json` against the server that it describes, by schemathesis: every operation, right and wrong questions.
    @Suite("the description of the API", .timeLimit(.minutes(3)))
    struct DescriptionTests {
        private static let token = "a-token-for-the-description"

        @Test("every answer is as described, and nothing that is described is refused", arguments: [false, true])
        func schemathesis(withToken: Bool) async throws {
            try await withWorkplace { place in
                let time = Date(timeIntervalSinceNow: -2).formatted(.iso8601)
                let lines = [
                    "{\"time\":\"\(time)\",\"status\":200,\"route\":\"/r\",\"duration_ms\":9,\"db_calls\":3,\"cache\":\"hit\"}",
                    "{\"time\":\"\(time)\",\"status\":500,\"route\":\"/s\",\"duration_ms\":12,\"bytes\":17}",
                    "no request",
                ]
                let log = try place.write("app.log", lines.map { $0 + "\n" }.joined())
                let tokens = try place.write("tokens", DescriptionTests.token)
                let configuration = try place.write(
                    "plumbline.yaml",
                    "inputs: [{ path: \(log), format: json }]\nfrom_start: true\n"
                        + "health: { groups: { admin: { routes: [\"/admin/**\"] } } }\n"
                        + (withToken ? "admin_token_file: \(tokens)\n" : ""))
                try await withAgent("--config", configuration.string, in: place) { agent in
                    // It keeps a cache where it runs.
                    var arguments = [
                        "-C", place.path.string, try Python.path().string, "-m", "schemathesis.cli", "run",
                        "http://127.0.0.1:\(agent.port)/openapi.json", "--no-color",
                        "--seed", "1",
                        "--max-examples", "100", "--request-timeout", "20",
                        // 503 is the answer while an operator drains, as the tool lets one do.
                        "--exclude-checks", "not_a_server_error",
                    ]
                    // A stream has no end to wait for; of some parameters no schema can say which exclude each other.
                    let withoutExclusions = ["stream", "timeline", "compare"].flatMap {
                        ["--exclude-operation-id", $0]
                    }
                    arguments += withoutExclusions
                    if withToken { arguments += ["--header", "Authorization: Bearer \(DescriptionTests.token)"] }
                    let finished = try await runProgram("/usr/bin/env", arguments)
                    #expect(finished.exitCode == 0, "\(finished.output)\n\(finished.error)")
                    arguments = arguments.map {
                        $0 == "not_a_server_error" ? "not_a_server_error,positive_data_acceptance" : $0
                    }
                    arguments.replace(
                        withoutExclusions, with: ["timeline", "compare"].flatMap { ["--include-operation-id", $0] })
                    let others = try await runProgram("/usr/bin/env", arguments)
                    #expect(others.exitCode == 0, "\(others.output)\n\(others.error)")
                    #expect(try await agent.get("/livez").status == 200)
                }
            }
        }
    }
}
