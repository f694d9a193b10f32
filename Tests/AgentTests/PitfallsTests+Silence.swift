import Agent
import Exposition
import Files
import Health
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

extension PitfallsTests {
    @Suite("When nothing comes any more")
    struct SilenceTests {
        // grok_exporter #13, #67; statsd_exporter #129; loki #2333; opentelemetry-collector-contrib #11780, #8276, #42231
        @Test("no data is a third state: windows become empty, counters stay, health warns")
        func silence() throws {
            let agent = try PipelineRehearsal("/log/a.log")
            for number in 0..<100 {
                append(number..<(number + 1), of: agent)
                agent.pass(seconds: 0.5)
            }
            agent.look()
            try agent.commit()
            let counters = text(of: agent)
            #expect(counters.contains(#"plumbline_requests_total{source="main",route="/line/7""#))
            #expect(agent.ingest.view(.oneMinute).total.cell.requests == 100)
            #expect(judgement(of: agent).output.hasPrefix("error ratio is 8 %"))

            agent.pass(seconds: 61)
            agent.look()
            try agent.commit()
            let window = String(
                decoding: WindowJSON.render(window: .oneMinute, view: agent.ingest.view(.oneMinute)), as: UTF8.self)
            #expect(window.contains(#""requests": 0"#) && window.contains(#""error_ratio": null"#), "\(window)")
            #expect(window.contains(#""duration_seconds": null"#) && !window.contains("/line/"), "\(window)")
            let report = judgement(of: agent)
            #expect(report.status == .warn && report.output.hasPrefix("the last request was 61"), "\(report.output)")
            #expect(report.checks.first { $0.name == "requests:p95" }?.observedValue == nil)
            #expect(text(of: agent) == counters)

            agent.pass(seconds: 7_200)
            agent.look()
            try agent.commit()
            try agent.flush()
            #expect(WindowLength.allCases.allSatisfy { agent.ingest.view($0).series.isEmpty })
            #expect(text(of: agent) == counters)
            try PitfallsTests.restart(agent)
            agent.look()
            #expect(text(of: agent) == counters)
            #expect(judgement(of: agent).status == .warn)
        }

        // fluent-bit #8554, #9492, #8391, #6277
        @Test("an agent that cannot read does not say that all is well", arguments: [Errno.ioError, .permissionDenied])
        func blind(errno: Errno) throws {
            let agent = try PipelineRehearsal("/log/a.log")
            agent.disk.write(good(60, at: agent.now), to: log)
            agent.look()
            #expect(judgement(of: agent).status == .pass)
            agent.disk.plan { $0.standing = [.init(.read, "/log/a.log", errno)] }
            agent.disk.write(good(60, at: agent.now), to: log)
            agent.pass(seconds: 2)
            agent.look()
            #expect(judgement(of: agent).status == .warn)
            #expect(judgement(of: agent).output.hasPrefix("cannot see the service"))
            agent.disk.plan { $0.standing = [] }
            agent.pass(seconds: 2)
            agent.look()
            #expect(judgement(of: agent).status == .pass)
            #expect(agent.ingest.view(.oneMinute).total.cell.requests == 120)
        }

        private func good(_ count: Int, at time: Timestamp) -> String {
            String(repeating: #"{"time":"\#(time)","status":200,"route":"/r","duration_ms":5}"# + "\n", count: count)
        }

        /// As the running agent asks for it.
        private func judgement(of agent: PipelineRehearsal) -> HealthReport {
            let (windows, primary) = (agent.ingest.windows, agent.ingest.primary)
            return HealthRules().judge(
                HealthInputs(
                    now: agent.now, total: windows[.oneMinute].totals[primary] ?? Rollup(),
                    lastEvent: windows.newestEvents[primary],
                    blind: agent.ingest.problems.values.map { "\($0)" }.min(), lagBytes: agent.ingest.lagBytes))
        }

        private func text(of agent: PipelineRehearsal) -> String {
            let page = MetricsPage(
                names: agent.ingest.names, counters: agent.store.state.counters.series, health: [],
                agent: AgentMetrics())
            var renderer = MetricsRenderer()
            return String(decoding: renderer.render(page, as: .text), as: UTF8.self)
        }
    }
}
