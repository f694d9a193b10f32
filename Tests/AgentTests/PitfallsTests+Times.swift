import Agent
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import Tailing
import TestSupport
import Testing

extension PitfallsTests {
    @Suite("Lines that come late, and clocks on walls")
    struct TimeTests {
        // prometheus-nginxlog-exporter #156: buffer=1m flush=60s; vector #14015, #12697, #19613, #9231
        @Test("a minute of lines in one burst stands in the windows and snapshots at the time of the requests")
        func bufferedWriter() throws {
            let agent = try PipelineRehearsal("/log/a.log")
            var events: [Timestamp] = []
            for minute in 0..<5 {
                var burst = ""
                for second in 0..<60 {
                    let number = minute * 60 + second
                    if second % 3 == 0 {
                        events.append(agent.now)
                        burst += line(number, at: agent.now) + "\n"
                    }
                    agent.pass(seconds: 1)
                    agent.look()
                    // The rate of a window is that of the requests that happened in it, whenever they were written.
                    let view = agent.ingest.view(.oneMinute)
                    let known = events.prefix(minute * 20)
                    let inside = known.count { $0 >= view.from! && $0 <= agent.now }
                    #expect(view.total.cell.requests == UInt64(inside), "minute \(minute), second \(second)")
                }
                agent.disk.write(burst, to: log)
                agent.look()
                try agent.commit()
                if minute % 2 == 1 { try agent.flush() }
                #expect(agent.ingest.view(.oneMinute).total.cell.requests >= 19)
            }
            let counts = try slices(of: agent)
            #expect(counts.count == 30)
            // Of three seconds one has a request: 3 or 4 in ten seconds, never a comb of 0 and 20.
            #expect(counts.values.allSatisfy { (3...4).contains($0) })
        }

        // Tried with 10,000 lines of a public Apache log: 9,448 behind the newest seen, at most 59 s. This has its shape:
        // once an hour a minute's requests, in any order. vector #14015: nothing is dropped for being late.
        @Test("ten thousand lines out of order by up to 59 s are all counted in their slice", arguments: 0..<2)
        func outOfOrder(seed: UInt64) throws {
            var random = SeededRandom(seed: seed)
            let agent = try PipelineRehearsal("/log/a.log")
            let first = PipelineRehearsal.begin - .minutes(84 * 60)
            var expected: [Timestamp: UInt64] = [:]
            var behind = 0
            var text = ""
            var newest = first
            for number in 0..<10_000 {
                let hour = Timestamp.Span.minutes(Int64(number / 120) * 60 + 5)
                let time = first + hour + .seconds(Int64.random(in: 0..<60, using: &random))
                behind += time < newest ? 1 : 0
                newest = max(newest, time)
                expected[time.floored(to: .seconds(10)), default: 0] += 1
                text += #"{"time":"\#(time)","status":200,"route":"/r"}"# + "\n"
            }
            #expect(behind > 9_000, "seed \(seed)")
            let bytes = Array(text.utf8)
            var offset = 0
            while offset < bytes.count {
                let end = min(bytes.count, offset + Int.random(in: 1...60_000, using: &random))
                agent.disk.write(bytes[offset..<end], to: log)
                offset = end
                agent.look()
                if random.oneIn(3) { try agent.commit() }
                if random.oneIn(5) { try agent.flush() }
                if random.oneIn(8) { try PitfallsTests.restart(agent) }
            }
            try agent.settle()
            try agent.flush()
            #expect(try slices(of: agent) == expected, "seed \(seed)")
            let ledger = try agent.committed().ledger
            #expect(ledger.counts.accepted == 10_000 && ledger.counts.lines == 10_000)
        }

        // GoAccess, tried: two lines of one instant filed under two hours. goaccess #496, #2796, #2878, #2886;
        // fluent-bit #9197; mtail #94
        @Test(
            "one instant is one instant in every zone, and an hour that comes twice is two hours",
            arguments: [
                ("2026-11-22T11:00:00+0200", "2026-11-22T09:00:00+0000", 0),
                ("2026-11-22T11:00:00+02:00", "2026-11-22T03:30:00-05:30", 0),
                ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", 3_600),
                ("2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00", 3_600),
                ("2026-03-29T01:59:50+01:00", "2026-03-29T03:00:00+02:00", 10),
                ("2026-11-22T00:00:00+14:00", "2026-11-21T10:00:00Z", 0),
            ])
        func zones(one: String, other: String, secondsBetween: Int64) throws {
            let agent = try PipelineRehearsal("/log/a.log")
            for time in [one, other] {
                agent.disk.write(#"{"time":"\#(time)","status":200,"route":"/r"}"# + "\n", to: log)
            }
            agent.look()
            try agent.commit()
            let counts = try slices(of: agent)
            let starts = counts.keys.sorted()
            #expect(counts.values.reduce(0, +) == 2)
            #expect(starts.last! - starts.first! == .seconds(secondsBetween))
        }

        @Test(
            "logs without zones, followed while their clocks change, also over a kill: each request in its slice",
            // Begins before the change, at the hour that comes twice, or is left out.
            arguments: [("2027-10-31T00:00:00Z", 2), ("2027-03-28T00:00:00Z", 1)])
        func changeOfClocks(begin: String, hours: Int64) throws {
            var input = Ingest.Input.following("/log/*.log")
            input.options.timeZone = TimeZones.zone("Europe/Berlin")
            let agent = try PipelineRehearsal([input])
            let start = try #require(Timestamp(rfc3339: begin))
            agent.pass(seconds: Double((start - agent.now).seconds))
            // Berlin is an hour ahead, two in summer, and changes at one o'clock UTC.
            let change = start + .minutes(60)
            let (before, after): (Int64, Int64) = hours == 2 ? (120, 60) : (60, 120)
            var other = ""
            for second in stride(from: Int64(0), to: 3 * 3_600, by: 10) {
                let now = start + .seconds(second)
                let local = now + .minutes(now < change ? before : after)
                let line = #"{"time":"\#("\(local)".prefix(19))","status":200,"route":"/r"}"# + "\n"
                agent.disk.write(line, to: log)
                other += " " + line
                agent.pass(seconds: 10)
                if second % 60 == 0 { agent.look() }
                guard second % 1_510 == 0 else { continue }
                try agent.commit()
                agent.kill()
                try agent.start()
            }
            agent.look()
            // Another log of the same hours, that comes when the first one is hours further.
            agent.disk.write(other, to: "/log/b.log")
            agent.look()
            try agent.commit()
            let expected = Dictionary(uniqueKeysWithValues: (0..<1_080).map { (start + .seconds($0 * 10), UInt64(2)) })
            let found = try slices(of: agent)
            let wrong = Set(expected.keys).union(found.keys).filter { found[$0] != expected[$0] }.sorted()
            #expect(found == expected, "\(wrong.map { "\($0) \(found[$0] ?? 0)" })")
        }

        /// Requests by slice of ten seconds, as anybody reads them in the data directory.
        private func slices(of agent: PipelineRehearsal) throws -> [Timestamp: UInt64] {
            var reader = SnapshotReader(agent.disk)
            var names = Names()
            try reader.add(directory: PipelineRehearsal.directory)
            return try reader.slices(names: &names).reduce(into: [:]) { counts, slice in
                counts[slice.slice.start, default: 0] += slice.slice.series.values.reduce(0) { $0 + $1.requests }
            }
        }
    }
}
