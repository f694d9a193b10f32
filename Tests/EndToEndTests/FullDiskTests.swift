import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("a full disk", .timeLimit(.minutes(2)))
    struct FullDiskTests {
        @Test("the agent goes on counting while the disk takes nothing, and commits every line once when it does again")
        func full() async throws {
            try await withWorkplace { place in
                try await withSmallDisk(at: place.data, mebibytes: 8) {
                    let log = try NumberedLog(place)
                    let ending = try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                        try await log.append(500)
                        try await agent.commits(500)
                        let filler = place.data.appending("filler")
                        try fill(filler)
                        // Pages that the journal already has may still take a few commits.
                        try await wait("plumbline_agent_degraded", upTo: .seconds(30)) {
                            try await log.append(200)
                            return try await agent.metric("plumbline_agent_degraded") == 1
                        }
                        try await log.append(300)
                        let count = await log.count
                        try await agent.sees(count)
                        let committed = try await agent.metric("plumbline_requests_total") ?? 0
                        #expect(Int(committed) < count, "only what is committed")
                        #expect(try await agent.get("/livez").status == 200)
                        let ready = try await agent.get("/readyz")
                        #expect(ready.status == 503 && ready.text.hasPrefix("commits fail: "), "\(ready.text)")
                        #expect(try await agent.metric("plumbline_agent_commit_failures_total") ?? 0 > 0)
                        try FileManager.default.removeItem(atPath: filler.string)
                        try await agent.commits(count)
                        #expect(try await agent.metric("plumbline_agent_degraded") == 0)
                        try await wait("/readyz of the agent") { try await agent.get("/readyz").status == 200 }
                    }.ending
                    // It was full for seconds, and tried again every second.
                    let said = try String(contentsOfFile: place.path.appending("agent.out").string, encoding: .utf8)
                        .split(separator: "\n")
                    #expect(said.filter { $0.contains("Cannot commit") }.count == 1, "\(said)")
                    #expect(said.filter { $0.contains("Commits are taken again") }.count == 1, "\(said)")
                    #expect(ending.status == .exited(0))
                    try await NumberedLog.expect(.of(place.data), has: log.count)
                }
            }
        }

        /// Writes until nothing fits any more.
        private func fill(_ path: FilePath) throws {
            let file = try FileDescriptor.open(path, .writeOnly, options: [.create], permissions: .ownerReadWrite)
            try file.closeAfter {
                for size in [1 << 16, 1 << 10, 1] {
                    let block = [UInt8](repeating: 1, count: size)
                    while (try? file.writeAll(block)) != nil {}
                }
            }
        }

        /// Without the right to mount there is no such disk, and the test is cancelled with that reason.
        private func withSmallDisk(at path: FilePath, mebibytes: Int, _ body: () async throws -> Void) async throws {
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
            guard mount("tmpfs", path.string, "tmpfs", 0, "size=\(mebibytes)m") == 0 else {
                try Test.cancel("cannot mount a tmpfs here: \(Errno(rawValue: errno))")
            }
            defer { umount2(path.string, CInt(MNT_DETACH)) }
            try await body()
        }
    }
}
