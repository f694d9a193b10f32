import Agent
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

extension PitfallsTests {
    @Suite("A data directory that a crash or a disk has spoilt")
    struct StoreTests {
        enum Damage: CaseIterable { case zeroed, halved, emptied, zeroTail, garbage }

        // loki #6268 (a file full of NUL), #1457, #1460 (cut, and a crash loop until somebody edits it), #5218
        @Test("the agent starts, counts every line of the log, and starts again", arguments: Damage.allCases, Part.all)
        func damaged(how: Damage, part: Part) throws {
            let agent = try PipelineRehearsal("/log/a.log", fromStart: false)
            agent.look()
            for number in 0..<20 {
                append(number..<(number + 1), of: agent)
                agent.pass(seconds: 5)
                agent.look()
                try agent.commit()
                if number % 6 == 5 { try agent.flush() }
            }
            agent.kill()
            try spoil(PipelineRehearsal.directory.pushing(part.folder), how, agent.disk)
            for start in 0..<3 {
                try agent.start()
                #expect(start > 0 || part.folder != "journal" || how == .zeroTail || !agent.store.damages.isEmpty)
                agent.look()
                append((20 + start)..<(21 + start), of: agent)
                // Late, in slices that were flushed long ago.
                for slice in 0..<8 {
                    let number = 100 + 8 * start + slice
                    let time = PipelineRehearsal.begin + .seconds(Int64(slice) * 10)
                    agent.disk.write(lines(number..<(number + 1), at: time), to: log)
                }
                agent.pass(seconds: 5)
                agent.look()
                try agent.commit()
                try agent.flush()
                agent.kill()
            }
            try agent.start()
            try agent.settle()
            let requests = try agent.committed().requests
            // With the positions go the lines that were nowhere else; what is flushed is not read again.
            let counted = part.losesPositions(how) ? once(0..<16).merging(once(20..<23)) { $1 } : once(0..<23)
            #expect(requests == counted.merging(once(100..<124)) { $1 })
        }

        struct Part: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var folder: FilePath

            static let all = [
                Part(testDescription: "the journal", folder: "journal"),
                Part(testDescription: "the snapshots", folder: "snapshots"),
                Part(testDescription: "the identity", folder: ""),
            ]

            /// Of half a journal the first half is whole.
            func losesPositions(_ how: Damage) -> Bool {
                folder == "journal" && [.zeroed, .emptied, .garbage].contains(how)
            }
        }

        private func spoil(_ directory: FilePath, _ how: Damage, _ disk: SimulatedFileSystem) throws {
            for name in try disk.names(in: directory) {
                let path = directory.appending(name)
                guard try disk.metadata(of: path).kind == .regular, let bytes = disk.contents(of: path) else {
                    continue
                }
                switch how {
                case .zeroed: disk.overwrite(path, at: 0, with: [UInt8](repeating: 0, count: bytes.count))
                case .halved: disk.truncate(path, to: bytes.count / 2)
                case .emptied: disk.truncate(path)
                case .zeroTail: disk.write([UInt8](repeating: 0, count: 4_096), to: path)
                case .garbage: disk.overwrite(path, at: 0, with: bytes.reversed())
                }
            }
        }
    }
}
