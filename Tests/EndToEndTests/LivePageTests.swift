import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    /// The live page in a headless Chromium, by `Service/page/drive.py`, which tells what it looks at.
    @Suite("the live page", .timeLimit(.minutes(5)))
    struct LivePageTests {
        @Test("shows what the API says, in every state, to everybody")
        func browser() async throws {
            try await withWorkplace { place in
                let finished = try await Python.run(
                    "page/drive.py", [try Plumbline.path().string, place.path.string, "\(try freePort())"])
                #expect(finished.exitCode == 0, "\(finished.output)\n\(finished.error)")
            }
        }
    }
}
