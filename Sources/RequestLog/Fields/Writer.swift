/// A program that is known by the keys it writes, and with it the unit of a duration that neither key nor value tells.
///
/// Caddy (`logging` encoders: seconds unless told otherwise), Traefik (access log fields: nanoseconds), Envoy and Istio
/// (%DURATION%: milliseconds), pino-http (`responseTime`: milliseconds). What the user says stands above it, for most of
/// them can be configured.
package enum Writer: UInt8, CaseIterable, Sendable {
    case caddy, traefik, envoy, pino

    package var name: String {
        switch self {
        case .caddy: "Caddy"
        case .traefik: "Traefik"
        case .envoy: "Envoy"
        case .pino: "pino"
        }
    }

    var durationUnit: DurationUnit {
        switch self {
        case .caddy: .seconds
        case .traefik: .nanoseconds
        case .envoy, .pino: .milliseconds
        }
    }

    /// Normalised paths; a line that has all of them is this writer's.
    private var keys: [String] {
        switch self {
        case .caddy: ["logger", "respheaders", "duration"]
        case .traefik: ["downstreamstatus", "overhead", "duration"]
        case .envoy: ["responseflags", "responsecode", "duration"]
        case .pino: ["req", "res", "responsetime"]
        }
    }

    /// The keys of all writers that a line has, a bit for each.
    struct Marks: Equatable {
        private var bits: UInt16 = 0

        /// What this key at its normalised path says.
        init(path: String) {
            for (place, key) in Writer.Marks.keys.enumerated() where key.path == path { bits |= 1 << UInt16(place) }
        }

        init() {}

        @inline(__always)
        mutating func add(_ other: Marks) { bits |= other.bits }

        /// The writer that has all its keys here.
        var writer: Writer? {
            if bits == 0 { return nil }
            return Writer.allCases.first { writer in
                Writer.Marks.keys.enumerated().allSatisfy { place, key in
                    key.writer != writer || bits & 1 << UInt16(place) != 0
                }
            }
        }

        private static let keys = Writer.allCases.flatMap { writer in
            writer.keys.map { (writer: writer, path: $0) }
        }
    }
}
