import RequestLog

/// The scenarios with which the comparison method was accepted.
///
/// Four routes with about 235,000 requests a day; a day a side in noise slices of five minutes. Rates are requests per
/// minute.
extension Trial {
    package static let all: [Trial] = [
        nothingChanged, realFix, regression, luckyCache, errors, tooLittleData, promiseMissed, trafficMix,
    ]

    package static let nothingChanged: Trial = {
        var quiet = Noise.quiet
        quiet.slice = fiveMinutes
        let service = Conditions(endpoints: shop, noise: quiet, version: old)
        return Trial(
            name: "nothing-changed", summary: "The same service twice, independent requests: not met.", before: service,
            after: service)
    }()

    package static let realFix = changed(
        "real-fix", "A miss of /orders costs 30 % less: met.",
        after: evenly.of("/orders") { $0.originMilliseconds *= 0.7 })

    package static let regression = changed(
        "regression", "A miss of /orders costs 30 % more: regressed.",
        after: evenly.of("/orders") { $0.originMilliseconds *= 1.3 })

    package static let luckyCache = Trial(
        name: "lucky-cache", summary: "Only the hit share rises, from 50 to 90 %: not met.",
        before: Conditions(endpoints: evenly.all { $0.hitShare = 0.5 }, noise: weather, version: old),
        after: Conditions(endpoints: evenly.all { $0.hitShare = 0.9 }, noise: weather, version: old))

    package static let errors = changed(
        "errors", "/products fails ten times as often, 1 %: regressed.", before: evenly.all { $0.errorShare = 0.001 },
        after: evenly.all { $0.errorShare = 0.001 }.of("/products") { $0.errorShare = 0.01 })

    package static let tooLittleData: Trial = {
        var noise = weather
        noise.slice = .seconds(60)
        let before = shop.of("/orders") { $0.weight = 1 / 60 }
        let after = before.of("/orders") { $0.originMilliseconds *= 0.8 }
        return Trial(
            name: "too-little-data", summary: "Two hours with 120 requests of /orders, 20 % cheaper: inconclusive.",
            before: Conditions(endpoints: before, noise: noise, version: old),
            after: Conditions(endpoints: after, noise: noise, version: new), length: .seconds(7_200))
    }()

    package static let promiseMissed = changed(
        "promise-missed", "A miss of /orders costs 10 % less; promise 30 %: not met.",
        after: evenly.of("/orders") { $0.originMilliseconds *= 0.9 })

    package static let trafficMix = Trial(
        name: "traffic-mix", summary: "Three times as many searches, nothing slower: not met, not regressed.",
        before: Conditions(endpoints: shop, noise: weather, version: old),
        after: Conditions(endpoints: shop.of("/search") { $0.weight *= 3 }, noise: weather, version: old))

    // MARK: The service

    private static func changed(
        _ name: String, _ summary: String, before: [Endpoint] = evenly, after: [Endpoint]
    ) -> Trial {
        Trial(
            name: name, summary: summary, before: Conditions(endpoints: before, noise: weather, version: old),
            after: Conditions(endpoints: after, noise: weather, version: new))
    }

    private static let shop: [Endpoint] = [
        route("/", perMinute: 200, login: 0.25, hit: 0.8, origin: 90),
        route("/orders", perMinute: 120, login: 0.5, hit: 0.5, origin: 160).with { $0.dbCalls = 9 },
        route("/products", perMinute: 160, login: 0.2, hit: 0.7, origin: 110),
        route("/search", perMinute: 60, login: 0.3, hit: 0.3, origin: 240).with { $0.originSpread = 0.75 },
    ]

    /// The same hit and login share on every route.
    private static let evenly = shop.all { endpoint in
        endpoint.hitShare = 0.6
        endpoint.loginShare = 0.1
    }

    private static func route(
        _ template: String, perMinute: Double, login: Double, hit: Double, origin: Double
    ) -> Endpoint {
        Endpoint(.get, template).with {
            $0.isPlain = true
            $0.weight = 0.3 * perMinute / 60
            $0.loginShare = login
            $0.hitShare = hit
            $0.staleShareOfHits = 0
            $0.revalidatedShareOfHits = 0
            $0.expiredShareOfMisses = 0
            $0.originMilliseconds = origin
            $0.errorShare = 0.002
        }
    }

    private static let weather: Noise = {
        var noise = Noise.daily
        noise.slice = fiveMinutes
        noise.errorDeviation = 0.8
        noise.burstErrorShare = 0
        return noise
    }()

    private static let fiveMinutes = Timestamp.Span.seconds(300)
    private static let old = "2026.11.3"
    private static let new = "2026.11.4"
}

extension [Endpoint] {
    fileprivate func of(_ template: String, _ change: (inout Endpoint) -> Void) -> [Endpoint] {
        map { $0.template == template ? $0.with(change) : $0 }
    }

    fileprivate func all(_ change: (inout Endpoint) -> Void) -> [Endpoint] { map { $0.with(change) } }
}
