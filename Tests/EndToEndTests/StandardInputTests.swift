import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("standard input", .timeLimit(.minutes(1)))
    struct StandardInputTests {
        @Test("what comes through a pipe is counted, and over restarts added up")
        func pipe() async throws {
            try await withWorkplace { place in
                try await follow(lines: 1...600, in: place)
                try await follow(lines: 601...900, in: place)
                try await NumberedLog.expect(.of(place.data), has: 900)
            }
        }

        /// Runs an agent on a pipe: lines while it is open, its end, and questions behind that.
        private func follow(lines: ClosedRange<Int>, in place: Workplace) async throws {
            let pipe = place.file("pipe")
            guard mkfifo(pipe.string, 0o600) == 0 else { throw Missing("a pipe: \(Errno(rawValue: errno))") }
            defer { unlink(pipe.string) }
            // For both directions, because a pipe opened for one waits for the other.
            let writer = try FileDescriptor.open(pipe, .readWrite)
            let port = try freePort()
            let command = "exec \"$0\" run - --data \"$1\" --listen 127.0.0.1:\(port) <\"$2\""
            let ending = try await withProgram(
                "/bin/sh", ["-c", command, try Plumbline.path().string, place.data.string, pipe.string],
                directory: place.path, log: place.file("agent.out")
            ) { program in
                let agent = Agent(program: program, port: port)
                try await wait("/readyz of the agent") { (try? await agent.get("/readyz").status) == 200 }
                for number in lines.dropLast() { _ = try writer.writeAll(NumberedLog.line(number).utf8) }
                try await agent.commits(lines.upperBound - 1)
                // The last line of a pipe is one without its line feed, too.
                try writer.closeAfter { _ = try writer.writeAll(NumberedLog.line(lines.upperBound).utf8.dropLast()) }
                try await agent.commits(lines.upperBound)
                #expect(try await agent.get("/livez").status == 200)
            }.ending
            #expect(ending.status == .exited(0))
        }
    }
}
