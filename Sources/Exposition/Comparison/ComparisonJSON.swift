package import Comparison
import RequestLog

/// `plumbline.compare.v1`: stable field names.
///
/// Effects are natural logarithms of AFTER over BEFORE (`ln`), of shares differences (`delta`); times are in
/// milliseconds.
package enum ComparisonJSON {
    package static func render(_ report: ComparisonReport) -> [UInt8] {
        var json = JSONWriter()
        json.comparison(report)
        return json.finish()
    }
}

extension JSONWriter {
    package mutating func comparison(_ report: ComparisonReport) {
        object(.lines) { json in
            json.member("schema", "plumbline.compare.v1")
            json.member("verdict", report.verdict.rawValue)
            json.key("exit")
            json.value(Int64(report.exitCode))
            json.key("reasons")
            json.array { json in report.reasons.forEach { json.value($0) } }
            json.key("change")
            json.change(report)
            json.key("windows")
            json.windows(report)
            json.key("drift")
            json.object { json in
                json.member("source", report.drift.source.rawValue)
                json.key("windows")
                json.value(report.drift.windows)
                json.key("tau_ln")
                json.value(report.drift.tau)
            }
            json.key("results")
            json.array(.lines) { json in report.rows.forEach { json.row($0) } }
            json.key("strata")
            json.array(.lines) { json in report.strata.forEach { json.stratum($0) } }
            json.key("witnesses")
            json.array(.lines) { json in report.witnesses.forEach { json.witness($0, of: report.focus) } }
            json.key("guardrails")
            json.object { json in
                json.key("family")
                json.value(report.guardrails.family)
                json.member("method", "holm")
                json.key("alpha")
                json.value(ComparisonReport.Guardrails.alpha)
                for (name, list) in [
                    ("regressed", report.guardrails.regressed), ("allowed", report.guardrails.allowed),
                    ("watch", report.guardrails.watch),
                ] {
                    json.key(name)
                    json.array { json in list.forEach { json.value($0) } }
                }
            }
            json.key("identity_check")
            json.object { json in
                json.key("max_abs_residual")
                json.value(report.greatestResidual)
            }
        }
    }

    fileprivate mutating func member(_ name: String, _ text: String?) {
        key(name)
        value(text)
    }

    fileprivate mutating func change(_ report: ComparisonReport) {
        object(.lines) { json in
            json.member("id", report.change?.id)
            json.member("title", report.change?.title)
            json.member("owner", report.change?.owner)
            json.key("expected")
            json.array(.lines) { json in
                for promise in report.promises {
                    let expectation = promise.expectation
                    json.object { json in
                        json.member("metric", expectation.metric.rawValue)
                        json.key("scope")
                        json.scope(expectation.scope)
                        json.member("basis", promise.basis.rawValue)
                        json.key(expectation.metric.isShare ? "target_delta" : "target_ln")
                        json.value(promise.target)
                        json.member("text", expectation.text)
                        json.member("verdict", promise.verdict.rawValue)
                        json.member("reason", promise.reason)
                        json.key("needed_s")
                        json.value(promise.neededSeconds)
                    }
                }
            }
            json.member("rollback", report.change?.rollback)
        }
    }

    fileprivate mutating func windows(_ report: ComparisonReport) {
        object(.lines) { json in
            for (name, side, windows) in [
                ("before", report.sides.before, report.before), ("after", report.sides.after, report.after),
            ] {
                json.member("\(name)_name", side)
                json.key(name)
                json.array { json in
                    for window in windows {
                        json.object { json in
                            json.member("from", "\(window.from)")
                            json.member("to", "\(window.to)")
                            json.key("requests")
                            json.value(window.requests)
                        }
                    }
                }
            }
            json.key("slice_s")
            json.value(Int64(report.sliceWidth.nanoseconds / 1_000_000_000))
            json.key("slices")
            json.value(min(report.slices.before, report.slices.after))
            json.key("matched")
            json.value(report.isMatched)
            json.key("paired")
            json.value(report.isPaired)
            json.key("excluded")
            json.array { json in
                for exclusion in report.excluded {
                    json.object { json in
                        json.member("side", exclusion.isAfter ? "after" : "before")
                        json.member("from", "\(exclusion.from)")
                        json.member("to", "\(exclusion.to)")
                        json.member("reason", exclusion.reason.rawValue)
                        json.key("slices")
                        json.value(exclusion.slices)
                    }
                }
            }
            json.key("marks")
            json.array { json in
                for mark in report.marks {
                    json.object { json in
                        json.member("kind", mark.kind.rawValue)
                        json.member("time", "\(mark.time)")
                        json.member("change", mark.change)
                    }
                }
            }
        }
    }

    fileprivate mutating func scope(_ scope: Scope) {
        object { json in
            json.member("route", scope.route)
            json.member("method", scope.method?.name)
        }
    }

    private mutating func interval(_ name: String, _ interval: ComparisonRow.Interval?) {
        key(name)
        guard let interval else { return null() }
        array { json in
            json.value(interval.low)
            json.value(interval.high)
        }
    }

    fileprivate mutating func row(_ row: ComparisonRow) {
        let metric = row.metric
        let (effect, suffix) = metric.isShare ? ("delta", "_delta") : ("ln", "_ln")
        let level = { (value: Double) in metric.isDuration ? value * 1000 : value }
        object { json in
            json.key("scope")
            json.scope(row.scope)
            json.member("metric", metric.rawValue)
            json.member("role", row.role.rawValue)
            json.member("unit", metric.jsonUnit)
            json.key("before")
            json.value(level(row.before))
            json.key("after")
            json.value(level(row.after))
            json.key("total")
            json.object { json in
                json.key(effect)
                json.value(row.total.estimate)
                json.interval("ci95", row.total.ci95)
                json.member("class", row.total.kind.rawValue)
            }
            json.key("within")
            json.object { json in
                json.key(effect)
                json.value(row.within.estimate)
                json.interval("ci95", row.within.ci95)
                json.interval("ci90", row.within.ci90)
                json.key("p")
                json.value(row.p)
                json.key("p_worse")
                json.value(row.pWorse)
                json.key("p_holm")
                json.value(row.pHolm)
                json.key("df")
                json.value(row.within.degreesOfFreedom)
                json.member("class", row.within.kind.rawValue)
            }
            for (name, part) in [("cache", row.cache), ("traffic", row.traffic)] {
                json.key(name)
                json.object { json in
                    json.key(effect)
                    json.value(part)
                }
            }
            json.member("attribution", row.attribution.rawValue)
            for (name, value) in [
                ("margin", row.margin), ("mde", row.detectable), ("bucket_error", row.bucketError),
                ("resolution_error", row.resolutionError),
            ] {
                json.key(name + suffix)
                json.value(value)
            }
            json.key("n")
            json.array { json in
                json.value(row.requests.before)
                json.value(row.requests.after)
            }
            json.key("n_eff")
            json.pair(row.effectiveRequests)
            json.key("sufficient")
            json.value(row.isSufficient)
            json.member("insufficiency", row.insufficiency)
            json.key("needed_s")
            json.value(row.neededSeconds)
            json.key("selection")
            json.selection(row.selection)
        }
    }

    private mutating func pair(_ pair: (before: Double, after: Double)?) {
        guard let pair else { return null() }
        array { json in
            json.value(pair.before)
            json.value(pair.after)
        }
    }

    private mutating func selection(_ selection: Selection?) {
        guard let selection else { return null() }
        object { json in
            json.key("hit")
            json.pair(selection.hitRatios)
            json.key("rho_star")
            json.value(selection.correlation)
            json.key("undermines")
            json.value(selection.undermines)
        }
    }

    fileprivate mutating func stratum(_ stratum: ComparisonReport.Stratum) {
        object { json in
            json.member("route", stratum.key.route)
            json.member("method", stratum.key.method.name)
            json.member("segment", stratum.key.segment.name)
            json.member("cache", stratum.key.cache.name)
            json.key("not_modified")
            json.value(stratum.key.isNotModified)
            json.key("share")
            json.pair(stratum.share)
            json.key("p95")
            json.pair(stratum.p95.map { ($0.before * 1000, $0.after * 1000) })
            json.key("ln")
            json.value(stratum.change)
            json.interval("ci95", stratum.ci95)
        }
    }

    fileprivate mutating func witness(_ witness: ComparisonReport.Witness, of scope: Scope) {
        object { json in
            json.member("kind", witness.kind.rawValue)
            json.key("scope")
            json.scope(scope)
            json.member("metric", witness.metric.rawValue)
            json.key("before")
            json.value(witness.before * 1000)
            json.key("after")
            json.value(witness.after * 1000)
            json.key("ln")
            json.value(witness.change)
            json.interval("ci95", witness.ci95)
        }
    }
}

extension Metric {
    fileprivate var jsonUnit: String {
        switch self {
        case .p50, .p90, .p95, .p99, .mean: "ms"
        case .errorRatio, .hitRatio: "ratio"
        case .dbCalls: "calls"
        case .requests: "per_second"
        }
    }
}
