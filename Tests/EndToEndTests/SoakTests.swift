import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    /// The short runs of what `make soak` does for longer (Tests/Soak).
    @Suite("abuse", .timeLimit(.minutes(3)))
    struct SoakTests {
        @Test("logrotate, kill -9, permissions and a full disk: each line is counted once, no counter decreases")
        func abuse() async throws { try await soak("abuse", "--kills", "20") }

        @Test("snapshots are pruned between kills: no counter decreases")
        func retention() async throws { try await soak("retention") }

        private func soak(_ arguments: String...) async throws {
            let program = try Plumbline.path().string
            let finished = try await runProgram(
                Python.path(), [packageRoot.appending("Tests/Soak").string] + arguments,
                environment: .inherit.updating(["PYTHONDONTWRITEBYTECODE": "1", "PLUMBLINE_BINARY": program]))
            #expect(finished.exitCode == 0, "\(finished.output)\n\(finished.error)")
        }
    }
}
