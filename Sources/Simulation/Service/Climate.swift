import Glibc
import RequestLog

/// The levels that stray from slice to slice, and what they make of each endpoint.
///
/// It has a random stream of its own, so the weather does not depend on how many requests it fell on.
struct Climate: Sendable {
    /// The first slice that the levels do not speak of any more.
    private(set) var sliceEnd: Timestamp
    private var chance: Chance
    private var shared: Double
    private var latency: [Double]
    private var rate: [Double]
    private var hits: [Double]
    /// Drawn only where they are asked for, so that the others do not depend on them.
    private var errors: [Double]?
    private let slice: Timestamp.Span
    private var isBurst = false

    /// The levels begin in their long-run distribution, in calm.
    init(seed: UInt64, start: Timestamp, _ opening: Conditions) {
        let endpoints = opening.endpoints.count
        var chance = Chance(seed: seed, stream: 1)
        shared = chance.normal()
        latency = (0..<endpoints).map { _ in chance.normal() }
        rate = (0..<endpoints).map { _ in chance.normal() }
        hits = (0..<endpoints).map { _ in chance.normal() }
        errors = opening.noise.errorDeviation > 0 ? (0..<endpoints).map { _ in chance.normal() } : nil
        slice = opening.noise.slice
        sliceEnd = start.floored(to: slice) + slice
        self.chance = chance
    }

    mutating func nextSlice(_ noise: Noise) {
        let kept = exp(log(noise.persistencePerMinute) * slice.seconds / 60)
        let fresh = (1 - kept * kept).squareRoot()
        shared = kept * shared + fresh * chance.normal()
        for index in latency.indices {
            latency[index] = kept * latency[index] + fresh * chance.normal()
            rate[index] = kept * rate[index] + fresh * chance.normal()
            hits[index] = kept * hits[index] + fresh * chance.normal()
            if let level = errors?[index] { errors?[index] = kept * level + fresh * chance.normal() }
        }
        let meanStay = isBurst ? noise.meanBurstSeconds : noise.meanCalmSeconds
        if chance.uniform() < slice.seconds / meanStay { isBurst.toggle() }
        sliceEnd = sliceEnd + slice
    }

    /// Requests of each endpoint relative to the whole service's mean.
    func weights(_ conditions: Conditions) -> [Double] {
        let noise = conditions.noise
        let ofDay = 1 + noise.rateRhythm * rhythm
        return conditions.endpoints.indices.map { index in
            let level = noise.rateDeviation * rate[index] - noise.rateDeviation * noise.rateDeviation / 2
            return conditions.endpoints[index].weight * ofDay * exp(level)
        }
    }

    func moments(_ conditions: Conditions) -> [Moment] {
        let noise = conditions.noise
        let together = noise.sharedLatencyDeviation * shared + noise.latencyRhythm * rhythm
        return conditions.endpoints.indices.map { index in
            Moment(
                conditions.endpoints[index],
                latencyLevel: together + noise.endpointLatencyDeviation * latency[index],
                hitLevel: noise.hitDeviation * hits[index],
                errorFactor: errorFactor(noise, of: index),
                addedErrorShare: isBurst ? noise.burstErrorShare : 0)
        }
    }

    private func errorFactor(_ noise: Noise, of index: Int) -> Double {
        let deviation = noise.errorDeviation
        return errors.map { exp(deviation * $0[index] - deviation * deviation / 2) } ?? 1
    }

    /// -1 at midnight UTC, +1 at noon.
    private var rhythm: Double {
        let ofDay = (sliceEnd - sliceEnd.floored(to: .seconds(86_400))).seconds
        return -cos(2 * Double.pi * ofDay / 86_400)
    }
}
