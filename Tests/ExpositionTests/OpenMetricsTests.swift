import Exposition
import Testing

/// Beside these, the end-to-end tests give the page to the reference parser and to Prometheus.
@Suite struct OpenMetricsTests {
    @Test("families are called as OpenMetrics has it, samples as in Prometheus' text")
    func requests() {
        let page = text(render(metricsPage(.shop, busyAgent), as: .openMetrics))
        let labels = #"source="main",route="/orders/{id}",method="GET",status="200","#
        let hit = labels + #"cache="hit",segment="anonymous",version="1.4""#
        let miss = labels + #"cache="miss",segment="authenticated",version="1.4""#
        let ping = #"source="main",route="/ping",method="HEAD",status="500",cache="none",segment="unknown",version="""#
        #expect(
            page.hasPrefix(
                """
                # TYPE plumbline_requests counter
                # HELP plumbline_requests Requests, by committed log lines.
                plumbline_requests_total{\(hit)} 3
                plumbline_requests_total{\(miss)} 1
                plumbline_requests_total{\(ping)} 1
                # TYPE plumbline_request_duration_seconds histogram
                # UNIT plumbline_request_duration_seconds seconds
                # HELP plumbline_request_duration_seconds Response time.
                plumbline_request_duration_seconds_bucket{\(hit),le="0.0009765625"} 0

                """))
        for lines in [
            """
            plumbline_request_duration_seconds_bucket{\(miss),le="64.0"} 1
            plumbline_request_duration_seconds_bucket{\(miss),le="+Inf"} 1
            plumbline_request_duration_seconds_sum{\(miss)} 0.032
            plumbline_request_duration_seconds_count{\(miss)} 1
            # TYPE plumbline_request_db_calls counter

            """,
            """
            # TYPE plumbline_request_db_seconds counter
            # UNIT plumbline_request_db_seconds seconds
            # HELP plumbline_request_db_seconds Time that requests spent in the database.
            plumbline_request_db_seconds_total{\(hit)} 0
            plumbline_request_db_seconds_total{\(miss)} 0.012

            """,
            """
            # TYPE plumbline_health_weight_ratio gauge
            # UNIT plumbline_health_weight_ratio ratio

            """,
            """
            # TYPE plumbline_agent_build info
            # HELP plumbline_agent_build The release of the agent; always 1.
            plumbline_agent_build_info{version="0.1.0"} 1

            """,
        ] { #expect(page.contains(lines), "\(lines)") }
        #expect(page.hasSuffix("\nplumbline_agent_start_time_seconds 1795341600.25\n# EOF\n"))
    }

    @Test("both texts have the same samples, also of hostile names")
    func samples() {
        var fixture = Fixture.shop
        for name in hostileTexts { fixture.add(source: name, route: name, version: name, milliseconds: 1, dbCalls: 2) }
        let pages = [MetricsFormat.text, .openMetrics].map { format in
            render(metricsPage(fixture, busyAgent), as: format).split(separator: UInt8(ascii: "\n")).filter {
                $0.first != UInt8(ascii: "#")
            }
        }
        #expect(pages[0].count > 20 * hostileTexts.count)
        #expect(pages[0] == pages[1])
    }
}
