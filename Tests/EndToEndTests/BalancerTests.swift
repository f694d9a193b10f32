import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    /// A real HAProxy in front of three uvicorn services with an agent each (Tests/Balancers).
    @Suite("balancers", .timeLimit(.minutes(5)))
    struct BalancerTests {
        @Test("no flap, nobody out for a shared fault, silence or one 500, and a drain that outlives its agent")
        func scenarios() async throws {
            let program = try Plumbline.path().string
            let finished = try await runProgram(
                Python.path(), [packageRoot.appending("Tests/Balancers").string],
                environment: .inherit.updating(["PYTHONDONTWRITEBYTECODE": "1", "PLUMBLINE_BINARY": program]))
            #expect(finished.exitCode == 0, "\(finished.output)\n\(finished.error)")
        }
    }
}
