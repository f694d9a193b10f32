import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    /// FastAPI with SQLAlchemy behind nginx's cache, each with one change (Tests/Changes).
    @Suite("changes at a real service", .timeLimit(.minutes(8)))
    struct RealChangeTests {
        @Test("a real fix is met, a luckier cache is none, and what got worse is said")
        func stories() async throws {
            let program = try Plumbline.path().string
            let finished = try await runProgram(
                Python.path(), [packageRoot.appending("Tests/Changes").string],
                environment: .inherit.updating(["PYTHONDONTWRITEBYTECODE": "1", "PLUMBLINE_BINARY": program]))
            #expect(finished.exitCode == 0, "\(finished.output)\n\(finished.error)")
        }
    }
}
