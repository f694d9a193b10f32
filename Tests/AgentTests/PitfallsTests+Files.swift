import Agent
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

extension PitfallsTests {
    @Suite("Which file is which")
    struct FileTests {
        // logstash-input-file #109
        @Test(
            "a rotation of three files that gives back the first inode", arguments: [0.1, 12] as [Double],
            [false, true])
        func threeFiles(secondsBetween: Double, isDown: Bool) throws {
            let agent = try PipelineRehearsal("/log/a.log")
            var inodes: Set<UInt64> = []
            var written = 0
            if isDown { agent.kill() }
            for generation in 0..<6 {
                append(written..<(written + 2 + generation), of: agent)
                written += 2 + generation
                inodes.insert(try agent.disk.metadata(of: log).inode)
                if isDown { try agent.start() }
                agent.look()
                agent.pass(seconds: secondsBetween)
                agent.look()
                try agent.commit()
                if isDown { agent.kill() }
                if agent.disk.contents(of: "/log/a.log.2") != nil { agent.disk.delete("/log/a.log.2") }
                if agent.disk.contents(of: "/log/a.log.1") != nil {
                    agent.disk.move("/log/a.log.1", to: "/log/a.log.2")
                }
                agent.disk.move(log, to: "/log/a.log.1")
            }
            append(written..<(written + 1), of: agent)
            if isDown { try agent.start() }
            try agent.settle()
            if isDown || secondsBetween > 10 { #expect(inodes.count < 6, "no inode came back: nothing was tried") }
            #expect(try agent.committed().requests == once(0..<(written + 1)))
        }

        // fluent-bit #8025, #11455, PR #2960; #8701, #1330
        @Test("a position beyond the end of the file begins anew at once, is said, and stays the only one of its file")
        func beyondTheEnd() throws {
            let agent = try PipelineRehearsal("/log/a.log")
            append(0..<100, of: agent)
            try agent.settle()
            agent.kill()
            let inode = try agent.disk.metadata(of: log).inode
            agent.disk.truncate(log)
            append(100..<103, of: agent)
            #expect(try agent.disk.metadata(of: log).inode == inode)
            try agent.start()
            agent.look()
            try agent.commit()
            #expect(try agent.committed().requests == once(0..<103))
            try agent.settle()
            #expect(PitfallsTests.incidents("vanished_logs", agent) == 1)
            try PitfallsTests.restart(agent)
            try agent.settle()
            let facts = try agent.committed()
            #expect(facts.requests == once(0..<103))
            let alive = facts.inputs.filter { !$0.position.finished }.map(\.position.inode)
            #expect(alive == [inode])
        }

        // vector #23619; fluent-bit #375
        @Test("truncated and written beyond the old size between two looks", arguments: [1, 5, 8, 300], [false, true])
        func truncatedAndRegrown(newLines: Int, isDown: Bool) throws {
            let agent = try PipelineRehearsal("/log/a.log")
            append(0..<5, of: agent)
            agent.look()
            try agent.commit()
            if isDown { agent.kill() }
            agent.disk.truncate(log)
            append(5..<(5 + newLines), of: agent)
            agent.pass(seconds: 0.25)
            if isDown { try agent.start() }
            agent.look()
            try agent.commit()
            let facts = try agent.committed()
            #expect(facts.requests == once(0..<(5 + newLines)))
            #expect(facts.ledger.counts.lines == UInt64(5 + newLines), "a fragment was taken for a line")
        }

        // Seen with mtail, whose list of things to do has it: a rename inside a glob that goes on matching, then gzip -k.
        // vector #7990, #13193, #5085; opentelemetry-collector-contrib #40523
        @Test("renamed inside the glob that matches it, then compressed and kept", arguments: [false, true])
        func compressedAndKept(isKilled: Bool) throws {
            let agent = try PipelineRehearsal("/log/a.log*")
            append(0..<3, of: agent)
            agent.look()
            try agent.commit()
            agent.disk.move(log, to: "/log/a.log.1")
            append(3..<6, of: agent)
            agent.look()
            agent.disk.write(gzip(agent.disk.contents(of: "/log/a.log.1")!), to: "/log/a.log.1.gz")
            if isKilled { try PitfallsTests.restart(agent) }
            try agent.settle()
            try agent.settle()
            #expect(try agent.committed().requests == once(0..<6))
            agent.disk.delete("/log/a.log.1")
            try PitfallsTests.restart(agent)
            try agent.settle()
            #expect(try agent.committed().requests == once(0..<6))
            #expect(agent.ingest.view(.oneHour).total.cell.requests == 6)
        }

        // opentelemetry-collector-contrib #43693, #40523
        @Test(
            "copied, truncated, compressed at once and regrown, again and again",
            arguments: ["/log/a.log", "/log/a.log*"], [false, true])
        func copiedAndCompressed(pattern: String, isDown: Bool) throws {
            let agent = try PipelineRehearsal(pattern)
            append(0..<5, of: agent)
            agent.look()
            try agent.commit()
            var written = 5
            for round in 0..<4 {
                if isDown { agent.kill() }
                append(written..<(written + 3), of: agent)
                if round > 0 { agent.disk.move("/log/a.log.1.gz", to: FilePath("/log/a.log.\(5 - round).gz")) }
                agent.disk.write(gzip(agent.disk.contents(of: log)!), to: "/log/a.log.1.gz")
                agent.disk.truncate(log)
                append((written + 3)..<(written + 23), of: agent)
                written += 23
                if isDown { try agent.start() }
                try agent.settle()
            }
            #expect(try agent.committed().requests == once(0..<written))
        }

        // vector #643
        @Test("empty files look the same until they differ", arguments: [false, true])
        func emptyFiles(isKilled: Bool) throws {
            let agent = try PipelineRehearsal("/log/*.log")
            let paths: [FilePath] = ["/log/a.log", "/log/b.log", "/log/c.log"]
            for path in paths { agent.disk.write("", to: path) }
            try agent.settle()
            if isKilled { try PitfallsTests.restart(agent) }
            append(0..<2, to: paths[0], of: agent)
            append(2..<5, to: paths[1], of: agent)
            agent.look()
            append(5..<6, to: paths[0], of: agent)
            append(6..<7, to: paths[1], of: agent)
            try agent.settle()
            let facts = try agent.committed()
            #expect(facts.requests == once(0..<7))
            #expect(facts.state(of: paths[0])?.ledger.counts.accepted == 3)
            #expect(facts.state(of: paths[1])?.ledger.counts.accepted == 4)
        }

        // opentelemetry-collector-contrib #46496
        @Test("two files with the same first thousand bytes are two", arguments: ["at once", "later", "after a kill"])
        func samePrefix(differ: String) throws {
            let agent = try PipelineRehearsal("/log/*.log")
            let text = line(0, at: agent.now)
            let prefix = line(0, at: agent.now, padding: 999 - text.utf8.count) + "\n"
            #expect(prefix.utf8.count == 1_000)
            for path in ["/log/a.log", "/log/b.log"] as [FilePath] { agent.disk.write(prefix, to: path) }
            if differ != "at once" {
                agent.look()
                try agent.commit()
                agent.pass(seconds: 2)
            }
            if differ == "after a kill" { agent.kill() }
            append(1..<4, of: agent)
            append(4..<9, to: "/log/b.log", of: agent)
            if differ == "after a kill" { try agent.start() }
            try agent.settle()
            try agent.settle()
            let facts = try agent.committed()
            #expect(facts.requests == once(1..<9).merging(["/line/0": 2]) { $1 })
            #expect(facts.inputs.count == 2)
        }

        // opentelemetry-collector-contrib #10127
        @Test("an empty first line makes a file neither read twice nor taken for another one that begins so")
        func leadingEmptyLine() throws {
            let agent = try PipelineRehearsal("/log/a.log")
            for generation in 0..<4 {
                agent.disk.write("\n", to: log)
                agent.look()
                try agent.commit()
                if generation % 2 == 1 { try PitfallsTests.restart(agent) }
                append((generation * 3)..<(generation * 3 + 3), of: agent)
                agent.look()
                try agent.commit()
                if generation % 2 == 0 { try PitfallsTests.restart(agent) }
                try agent.settle()
                for number in (0..<generation).reversed() {
                    agent.disk.move(FilePath("/log/a.log.\(number)"), to: FilePath("/log/a.log.\(number + 1)"))
                }
                agent.disk.move(log, to: "/log/a.log.0")
            }
            try agent.settle()
            let facts = try agent.committed()
            #expect(facts.requests == once(0..<12))
            #expect(facts.ledger.counts.blank == 4)
        }

        // GoAccess, tried: its check of a content snippet holds in all of these, and so must this one.
        @Test("restored in the same second, after copytruncate beyond the old size, and with late lines")
        func restored() throws {
            let agent = try PipelineRehearsal("/log/a.log")
            let begin = agent.now
            append(0..<6, of: agent)
            agent.look()
            try agent.commit()
            append(6..<8, of: agent)
            try PitfallsTests.restart(agent)
            agent.look()
            try agent.commit()
            append(8..<10, of: agent)
            agent.look()
            try agent.commit()
            #expect(agent.now == begin)
            #expect(try agent.committed().requests == once(0..<10))

            agent.kill()
            agent.disk.copy(log, to: "/log/a.log.1")
            agent.disk.truncate(log)
            append(10..<22, of: agent)
            try agent.start()
            agent.look()
            agent.disk.write(lines(22..<24, at: begin - .minutes(5)), to: log)
            try agent.settle()
            #expect(try agent.committed().requests == once(0..<24))
            #expect(agent.ingest.view(.oneHour).total.cell.requests == 24)
        }

        // fluent-bit #8701, #1330, #5024
        @Test("killed between the two steps of a rotation")
        func restartDuringRotation() throws {
            let agent = try PipelineRehearsal("/log/a.log")
            append(0..<5, of: agent)
            agent.look()
            try agent.commit()
            append(5..<7, of: agent)
            agent.disk.move(log, to: "/log/a.log.1")
            try PitfallsTests.restart(agent)
            agent.look()
            try agent.commit()
            append(7..<9, to: "/log/a.log.1", of: agent)
            try PitfallsTests.restart(agent)
            append(9..<12, of: agent)
            try agent.settle()
            #expect(try agent.committed().requests == once(0..<12))
        }
    }
}
