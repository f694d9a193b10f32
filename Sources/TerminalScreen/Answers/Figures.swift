internal import Comparison

/// The metrics of a window, or of one row of it, as the agent rendered them; nil is what the log does not tell.
package struct Figures: Equatable, Sendable {
    package struct Calls: Equatable, Sendable {
        var mean: Double
        var p95: Double
        var max: Double
    }

    package struct Durations: Equatable, Sendable {
        var p50: Double
        var p90: Double
        var p95: Double
        var p99: Double
        var max: Double
    }

    var requests = 0
    var errors = 0
    var errorRatio: Double?
    var hitRatio: Double?
    var bypassRatio: Double?
    var calls: Calls?
    var upstreamMean: Double?
    var databaseMean: Double?
    var durations: Durations?

    init() {}

    init(_ json: JSONTree) {
        requests = json["requests"]?.count ?? 0
        errors = json["errors"]?.count ?? 0
        errorRatio = json["error_ratio"]?.number
        hitRatio = json["hit_ratio"]?.number
        bypassRatio = json["bypass_ratio"]?.number
        upstreamMean = json["upstream_seconds"]?["mean"]?.number
        databaseMean = json["db_seconds"]?["mean"]?.number
        if let calls = json["db_calls"], let mean = calls["mean"]?.number, let p95 = calls["p95"]?.number {
            self.calls = Calls(mean: mean, p95: p95, max: calls["max"]?.number ?? p95)
        }
        if let times = json["duration_seconds"], let p50 = times["p50"]?.number, let p95 = times["p95"]?.number {
            let p99 = times["p99"]?.number ?? p95
            durations = Durations(
                p50: p50, p90: times["p90"]?.number ?? p95, p95: p95, p99: p99, max: times["max"]?.number ?? p99)
        }
    }
}
