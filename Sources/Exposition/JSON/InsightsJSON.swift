package import Comparison
internal import RequestLog

/// `plumbline.insights.v1`: where to begin.
package enum InsightsJSON {
    package static func render(_ insights: Insights) -> [UInt8] {
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("schema")
            json.value("plumbline.insights.v1")
            json.key("from")
            json.value(insights.from?.description)
            json.key("to")
            json.value(insights.to?.description)
            json.insights(insights)
        }
        return json.finish()
    }
}

extension JSONWriter {
    /// The members of an open object.
    mutating func insights(_ insights: Insights) {
        let names = insights.names
        key("requests")
        value(insights.requests)
        key("slices")
        value(insights.slices)
        key("n_plus_one")
        array(.lines) { json in
            for finding in insights.calls.findings { json.object { $0.finding(finding, names) } }
        }
        key("predictability")
        array(.lines) { json in
            for (place, route) in insights.predictability.enumerated() {
                json.object { $0.predictability(route, rank: place + 1, names) }
            }
        }
        key("db_calls")
        array(.lines) { json in
            for calls in insights.calls.distributions {
                json.object { json in
                    json.kind(calls.kind, names)
                    json.distribution(calls)
                }
            }
        }
    }

    private mutating func kind(_ kind: RequestKind, _ names: Names) {
        key("route")
        value(names[kind.route])
        key("method")
        value(kind.method.name)
        key("segment")
        value(kind.segment.name)
        key("cache")
        value(kind.cache.name)
    }

    private mutating func distribution(_ calls: CallWatch.Distribution) {
        key("requests")
        value(calls.requests)
        for (name, number) in [("mean", calls.mean), ("p50", calls.median), ("p95", calls.p95)] {
            key(name)
            estimate(number)
        }
        key("max")
        value(calls.most)
    }

    private mutating func finding(_ finding: CallWatch.Finding, _ names: Names) {
        kind(finding.calls.kind, names)
        key("reason")
        value(finding.reason)
        key("growth")
        if let growth = finding.growth {
            object { json in
                json.numbers([
                    ("calls_of_small", growth.callsOfSmall), ("calls_of_large", growth.callsOfLarge),
                    ("calls_per_kib", growth.callsPerKibibyte), ("correlation", growth.correlation),
                ])
                json.key("slices")
                json.value(growth.slices)
            }
        } else {
            null()
        }
        key("jump")
        if let jump = finding.jump {
            object { $0.numbers([("before", jump.meanBefore), ("now", jump.meanNow)]) }
        } else {
            null()
        }
        key("db_calls")
        object { $0.distribution(finding.calls) }
    }

    private mutating func predictability(_ route: Predictability, rank: Int, _ names: Names) {
        key("rank")
        value(rank)
        key("route")
        value(names[route.path.route])
        key("method")
        value(route.path.method.name)
        key("reason")
        value(route.reason)
        key("requests")
        value(route.requests)
        numbers([
            ("share", route.share), ("score", route.score), ("tail_ratio", route.tailRatio),
            ("miss_to_hit", route.missToHit), ("login_to_anonymous", route.loginToAnonymous),
            ("error_ratio", route.errorRatio), ("error_burstiness", route.errorBurstiness),
            ("bytes_spread", route.bytesSpread), ("db_calls_spread", route.callsSpread),
        ])
    }

    private mutating func numbers(_ members: [(name: String, value: Double?)]) {
        for member in members {
            key(member.name)
            estimate(member.value)
        }
    }
}
