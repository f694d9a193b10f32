package import RequestLog

/// How far the service strays from its long-run behaviour, slice by slice.
///
/// Deviations are of logarithms (rate, latency) or log-odds (hit share). Every level is a first-order autoregression
/// that keeps `persistencePerMinute` of itself in a minute.
package struct Noise: Sendable {
    /// What strays holds still for this long, unless said otherwise.
    package static let slice = Timestamp.Span.seconds(10)

    /// What strays holds still for this long; slices are aligned to the epoch. The opening conditions decide.
    package var slice = Noise.slice
    package var persistencePerMinute = 0.9
    /// Moves all endpoints together.
    package var sharedLatencyDeviation = 0.06
    package var endpointLatencyDeviation = 0.04
    package var rateDeviation = 0.15
    package var hitDeviation = 0.15
    /// Moves the error share of each endpoint; its mean stays.
    package var errorDeviation = 0.0

    /// Half the swing between midnight, the quietest and fastest moment of the UTC day, and noon.
    package var rateRhythm = 0.4
    package var latencyRhythm = 0.08

    /// Errors come in bursts: two states, calm and burst, with these mean lengths.
    package var meanCalmSeconds = 600.0
    package var meanBurstSeconds = 30.0
    /// 5xx on top of an endpoint's own, of the requests that reach the service during a burst.
    package var burstErrorShare = 0.05

    package init() {}

    package static let daily = Noise()

    /// Independent requests at constant conditions; errors still come at each endpoint's own share.
    package static let quiet: Noise = {
        var noise = Noise()
        noise.sharedLatencyDeviation = 0
        noise.endpointLatencyDeviation = 0
        noise.rateDeviation = 0
        noise.hitDeviation = 0
        noise.errorDeviation = 0
        noise.rateRhythm = 0
        noise.latencyRhythm = 0
        noise.burstErrorShare = 0
        return noise
    }()
}
