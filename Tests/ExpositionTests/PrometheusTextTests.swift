import Exposition
import Foundation
import Health
import RequestLog
import RollingWindow
import Testing

@Suite struct PrometheusTextTests {
    @Test("the families of the service")
    func requests() {
        let page = text(render(metricsPage(.shop), as: .text))
        let labels = #"source="main",route="/orders/{id}",method="GET",status="200","#
        let hit = labels + #"cache="hit",segment="anonymous",version="1.4""#
        let miss = labels + #"cache="miss",segment="authenticated",version="1.4""#
        let ping = #"source="main",route="/ping",method="HEAD",status="500",cache="none",segment="unknown",version="""#
        let upToTwo = ["0.0009765625", "0.001953125"]
        let upToThirtyTwo = ["0.00390625", "0.0078125", "0.015625", "0.03125"]
        let above = ["0.0625", "0.125", "0.25", "0.5", "1.0", "2.0", "4.0", "8.0", "16.0", "32.0", "64.0", "+Inf"]
        var expected = """
            # HELP plumbline_requests_total Requests, by committed log lines.
            # TYPE plumbline_requests_total counter
            plumbline_requests_total{\(hit)} 3
            plumbline_requests_total{\(miss)} 1
            plumbline_requests_total{\(ping)} 1
            # HELP plumbline_request_duration_seconds Response time.
            # TYPE plumbline_request_duration_seconds histogram

            """
        let name = "plumbline_request_duration_seconds"
        for edge in upToTwo { expected += "\(name)_bucket{\(hit),le=\"\(edge)\"} 0\n" }
        for edge in upToThirtyTwo + above { expected += "\(name)_bucket{\(hit),le=\"\(edge)\"} 3\n" }
        expected += "\(name)_sum{\(hit)} 0.006\n\(name)_count{\(hit)} 3\n"
        for edge in upToTwo + upToThirtyTwo { expected += "\(name)_bucket{\(miss),le=\"\(edge)\"} 0\n" }
        for edge in above { expected += "\(name)_bucket{\(miss),le=\"\(edge)\"} 1\n" }
        expected += """
            \(name)_sum{\(miss)} 0.032
            \(name)_count{\(miss)} 1
            # HELP plumbline_request_db_calls_total Database calls of the requests.
            # TYPE plumbline_request_db_calls_total counter
            plumbline_request_db_calls_total{\(hit)} 0
            plumbline_request_db_calls_total{\(miss)} 7
            # HELP plumbline_request_db_seconds_total Time that requests spent in the database.
            # TYPE plumbline_request_db_seconds_total counter
            plumbline_request_db_seconds_total{\(hit)} 0
            plumbline_request_db_seconds_total{\(miss)} 0.012
            # HELP plumbline_response_bytes_total Bytes of the responses.
            # TYPE plumbline_response_bytes_total counter
            plumbline_response_bytes_total{\(hit)} 3000
            plumbline_response_bytes_total{\(miss)} 2500
            # HELP plumbline_health_status The judgement on the service: 0 pass, 1 warn, 2 fail.
            # TYPE plumbline_health_status gauge
            plumbline_health_status{group="checkout"} 2
            plumbline_health_status{group="default"} 1

            """
        #expect(page.hasPrefix(expected))
    }

    @Test(
        "the agent speaks of itself",
        arguments: [
            "plumbline_agent_input_bytes_total 123456789012", "plumbline_agent_inputs 2",
            "plumbline_agent_lost_datagrams_total 5",
            #"plumbline_agent_lines_total{outcome="accepted",reason=""} 10"#,
            #"plumbline_agent_lines_total{outcome="rejected",reason="bad_time"} 3"#,
            #"plumbline_agent_lines_total{outcome="rejected",reason="too_long"} 0"#,
            // fluent-bit #8593, fluent-bit-docs #2551

            "plumbline_agent_lag_seconds 1.5", "plumbline_agent_degraded 1", "plumbline_agent_clock_steps_total 2",
            "plumbline_agent_last_commit_timestamp_seconds 1795341660",
            "plumbline_agent_start_time_seconds 1795341600.25", #"plumbline_agent_build_info{version="0.1.0"} 1"#,
        ])
    func agent(line: String) {
        let lines = text(render(metricsPage(.shop, busyAgent), as: .text)).split(separator: "\n")
        #expect(lines.contains(Substring(line)))
    }

    @Test("what is not known has no line")
    func absent() {
        let page = text(render(metricsPage(Fixture()), as: .text))
        for name in ["lag_seconds", "last_commit", "request_db", "response_bytes", "requests_total"] {
            #expect(!page.contains(name), "\(name)")
        }
    }

    // Wolverine #3224, alphagov/router PR #177, refinery PR #355: nobody should have to choose buckets
    @Test("classic buckets hold exactly the durations up to their edge", arguments: [UInt64(11), 12])
    func buckets(seed: UInt64) throws {
        var random = SeededRandom(state: seed)
        var fixture = Fixture()
        // Every edge itself, its neighbours, zero, and what lies beyond both ends.
        var durations: [Int64] = [0, 1, 65_000_000_000, 3_600_000_000_000]
        for power in -12...7 {
            let edge = Int64(pow(2, Double(power)) * 1e9)
            durations += [edge - 1, edge, edge + 1]
        }
        for _ in 0..<1_000 { durations.append(Int64(exp(Double.random(in: 0...28, using: &random)))) }
        for duration in durations {
            var record = Record()
            record.status = 200
            record.durationNanoseconds = duration
            fixture.view.series[SeriesKey(record, source: fixture.view.primary), default: Cell()].add(record)
        }
        let page = text(render(metricsPage(fixture), as: .text))
        let lines = page.split(separator: "\n").filter { $0.hasPrefix("plumbline_request_duration_seconds_bucket") }
        #expect(lines.count == 18)
        for line in lines {
            let edge = try #require(line.split(separator: "le=\"").last?.prefix { $0 != "\"" })
            let limit = edge == "+Inf" ? Double.infinity : try #require(Double(edge))
            let expected = durations.filter { Double($0) / 1e9 <= limit }.count
            #expect(line.hasSuffix("} \(expected)"), "seed \(seed), le \(edge)")
        }
    }

    @Test("labels are escaped as the format says, and every sample is one line", arguments: hostileTexts)
    func escaping(hostile: String) throws {
        var fixture = Fixture()
        fixture.add(source: hostile, route: hostile, version: hostile)
        var agent = AgentMetrics()
        agent.version = hostile
        let page = text(render(metricsPage(fixture, agent), as: .text))
        let escaped = hostile.replacingOccurrences(of: "\\", with: "\\\\")
            .replacingOccurrences(of: "\"", with: "\\\"").replacingOccurrences(of: "\n", with: "\\n")
        let expected = #"plumbline_requests_total{source="\#(escaped)",route="\#(escaped)",method="GET""#
        #expect(page.utf8.split(separator: UInt8(ascii: "\n")).contains { $0.starts(with: expected.utf8) })
    }

    @Test("promtool finds nothing to say", .enabled(if: promtool != nil, "promtool (Debian: prometheus) is not here"))
    func lint() throws {
        var fixture = Fixture.shop
        for name in hostileTexts { fixture.add(source: name, route: name, version: name, milliseconds: 1, dbCalls: 2) }
        for page in [metricsPage(fixture, busyAgent), metricsPage(Fixture())] {
            let process = Process()
            process.executableURL = promtool
            process.arguments = ["check", "metrics"]
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            process.standardError = output
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data(render(page, as: .text)))
            try input.fileHandleForWriting.close()
            let said = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(String(decoding: said, as: UTF8.self) == "")
        }
    }
}

private let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].map { URL(fileURLWithPath: $0) }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }
