import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    /// The short run of what `make soak` does for longer (Tests/Soak).
    @Suite("abuse", .timeLimit(.minutes(3)))
    struct SoakTests {
        @Test("logrotate, kill -9, permissions and a full disk: each line is counted once, no counter decreases")
        func abuse() async throws {
            let finished = try await runProgram(
                Python.path(), [packageRoot.appending("Tests/Soak").string, "abuse", "--kills", "20"],
                environment: .inherit.updating([
                    "PYTHONDONTWRITEBYTECODE": "1", "PLUMBLINE_BINARY": Plumbline.path().string,
                ]))
            #expect(finished.exitCode == 0, "\(finished.output)\n\(finished.error)")
        }
    }
}
