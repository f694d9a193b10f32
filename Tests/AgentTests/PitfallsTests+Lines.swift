import Agent
import Exposition
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

extension PitfallsTests {
    @Suite("Lines that are not whole, too long or poisoned")
    struct LineTests {
        // crowdsec PR #4684
        @Test("lines that a look finds cut at the edges of pages", arguments: [false, true])
        func pageEdges(isKilled: Bool) throws {
            let agent = try PipelineRehearsal("/log/a.log")
            var random = SeededRandom(seed: 4_684)
            let text = (0..<400).map { number in
                line(number, at: agent.now, padding: Int.random(in: 0...600, using: &random)) + "\n"
            }.joined()
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: 4_096) {
                agent.disk.write(bytes[start..<min(start + 4_096, bytes.count)], to: log)
                agent.look()
                guard random.oneIn(3) else { continue }
                try agent.commit()
                if isKilled { try PitfallsTests.restart(agent) }
            }
            try agent.settle()
            let facts = try agent.committed()
            #expect(facts.requests == once(0..<400))
            #expect(facts.ledger.counts.lines == 400 && facts.ledger.bytes == UInt64(bytes.count))
        }

        // Tried on mtail, which has it right.
        @Test("a line written in two parts a second apart is one line")
        func torn() throws {
            let agent = try PipelineRehearsal("/log/a.log")
            let text = line(0, at: agent.now) + "\n"
            for cut in [1, 40, text.utf8.count - 1] {
                agent.disk.write(String(text.prefix(cut)), to: log)
                agent.look()
                try agent.commit()
                agent.pass(seconds: 1)
                agent.look()
                agent.disk.write(String(text.dropFirst(cut)), to: log)
                agent.look()
                try agent.commit()
            }
            let facts = try agent.committed()
            #expect(facts.requests == ["/line/0": 3])
            #expect(facts.ledger.counts.lines == 3 && facts.ledger.unfinished == 0)
        }

        // mtail docs/faq.md ("stateless by design"), tried: all counters back at 0, the lines in the gap never counted.
        // influxdata/telegraf PR #14561, #15324, #16225: state must not wait for a clean end, for there is none here.
        @Test("killed, written to while away, started again: the gap is counted and the counters go on")
        func gap() throws {
            let agent = try PipelineRehearsal("/log/a.log")
            append(0..<13, of: agent)
            agent.look()
            try agent.commit()
            agent.kill()
            agent.pass(seconds: 30)
            append(13..<15, of: agent)
            agent.pass(seconds: 30)
            try agent.start()
            append(15..<16, of: agent)
            agent.look()
            try agent.commit()
            #expect(try agent.committed().requests == once(0..<16))
            #expect(agent.store.state.counters.series.values.reduce(0) { $0 + $1.requests } == 16)
            #expect(agent.ingest.view(.oneHour).total.cell.requests == 16)
        }

        // fluent-bit #370, #10435, #11457
        @Test("a line over 32 KiB is a line, one over the limit is counted, and the file goes on")
        func longLines() throws {
            let agent = try PipelineRehearsal("/log/a.log")
            append(0..<1, of: agent)
            agent.disk.write(line(1, at: agent.now, padding: 33 << 10) + "\n", to: log)
            agent.disk.write(line(2, at: agent.now, padding: 2 << 20) + "\n", to: log)
            agent.disk.write(line(3, at: agent.now, padding: 900 << 10) + "\n", to: log)
            agent.look()
            append(4..<6, of: agent)
            agent.look()
            try agent.commit()
            let facts = try agent.committed()
            #expect(facts.requests == once(0..<2).merging(once(3..<6)) { $1 })
            #expect(facts.ledger.counts[.tooLong] == 1 && facts.ledger.counts.lines == 6)
            #expect(facts.ledger.bytes == UInt64(agent.disk.contents(of: log)!.count))
            #expect(agent.ingest.problems.isEmpty)
            var metrics = AgentMetrics()
            metrics.lines = agent.ingest.ledger.total.counts
            let metricsPage = MetricsPage(names: agent.ingest.names, counters: [:], health: [], agent: metrics)
            var renderer = MetricsRenderer()
            let page = renderer.render(metricsPage, as: .text)
            let sample = #"plumbline_agent_lines_total{outcome="rejected",reason="too_long"} 1"#
            #expect(String(decoding: page, as: UTF8.self).contains(sample))
        }

        // GoAccess, tried: 31 February and a binary request counted as valid requests.
        @Test("31 February is no request, and a binary one is one of no known method and route")
        func poisoned() throws {
            let agent = try PipelineRehearsal("/log/a.log")
            agent.disk.write(#"{"time":"2026-02-31T10:00:00Z","status":200,"path":"/"}"# + "\n", to: log)
            let binary = #"{"time":"\#(agent.now)","status":400,"request":"\u0016\u0003\u0001"}"#
            agent.disk.write(binary + "\n", to: log)
            agent.disk.write(Array(#"{"time":"\#(agent.now)","status":400,"request":""#.utf8) + [0x16, 3, 1], to: log)
            agent.disk.write("\"}\n", to: log)
            agent.look()
            try agent.commit()
            let facts = try agent.committed()
            #expect(facts.requests == ["(unmatched)": 1])
            #expect(facts.ledger.counts[.badTime] == 1 && facts.ledger.counts[.malformed] == 1)
            #expect(facts.ledger.counts.accepted == 1)
        }
    }
}
