/// How one number went, look by look; nil where it was not known.
struct Trend: Equatable, Sendable {
    private(set) var points: [Double?] = []

    /// What is kept; a screen is hardly wider.
    static let longest = 240

    mutating func append(_ point: Double?) {
        points.append(point)
        if points.count > Trend.longest { points.removeFirst(points.count - Trend.longest) }
    }
}

/// How the numbers of the service went, and of each of its routes.
struct Trends: Equatable, Sendable {
    var rate = Trend()
    var errorRatio = Trend()
    var hitRatio = Trend()
    var p50 = Trend()
    var p95 = Trend()
    var calls = Trend()
    /// The 95th percentile of each route.
    private(set) var routes: [String: Trend] = [:]

    mutating func append(_ window: WindowAnswer, rate: Double?) {
        let total = window.total
        self.rate.append(rate)
        errorRatio.append(total.errorRatio)
        hitRatio.append(total.hitRatio)
        p50.append(total.durations?.p50)
        p95.append(total.durations?.p95)
        calls.append(total.calls?.mean)
        // Only routes of this look are kept: an agent bounds them, and so does this.
        var kept: [String: Trend] = [:]
        for route in window.routes {
            var trend = routes[route.name] ?? Trend()
            trend.append(route.figures.durations?.p95)
            kept[route.name] = trend
        }
        routes = kept
    }
}
