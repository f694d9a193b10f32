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

    init(_ json: JSONValue) {
        requests = json["requests"]?.count ?? 0
        errors = json["errors"]?.count ?? 0
        errorRatio = json["error_ratio"]?.double
        hitRatio = json["hit_ratio"]?.double
        bypassRatio = json["bypass_ratio"]?.double
        upstreamMean = json["upstream_seconds"]?["mean"]?.double
        databaseMean = json["db_seconds"]?["mean"]?.double
        if let calls = json["db_calls"], let mean = calls["mean"]?.double, let p95 = calls["p95"]?.double {
            self.calls = Calls(mean: mean, p95: p95, max: calls["max"]?.double ?? p95)
        }
        if let times = json["duration_seconds"], let p50 = times["p50"]?.double, let p95 = times["p95"]?.double {
            let p99 = times["p99"]?.double ?? p95
            durations = Durations(
                p50: p50, p90: times["p90"]?.double ?? p95, p95: p95, p99: p99, max: times["max"]?.double ?? p99)
        }
    }
}
