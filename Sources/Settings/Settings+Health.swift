extension Settings {
    /// The judgement on the service.
    package struct Health: Sendable, Equatable {
        /// What all requests of the primary source are held to, and the groups where they say nothing else.
        package var rules = HealthRules()
        package var groups: [HealthGroup] = []
        package var staleAfter = Duration.seconds(60)
        package var behind = ByteCount.mebibytes(16)
        package var clockSkew = Duration.seconds(5)
        package var answers = Answers()
        package var down = Duration.seconds(5)
        package var up = Duration.seconds(30)
        package var rampDown = Duration.seconds(10)
        package var rampUp = Duration.minutes(1)
        package var ejectionTime = Duration.minutes(1)
        package var maxEjectionTime = Duration.minutes(5)
        package var maxFailDuration = Duration.minutes(10)
        package var probationWeight = Ratio(value: 0.1)
        package var failWeight = Ratio(value: 0.01)
        /// The addresses of other agents.
        package var peers: [String] = []
        package var peersCA: String?
        package var peersShare = Ratio(value: 0.5)
        package var peersInterval = Duration.seconds(5)
        package var peersTimeout = Duration.seconds(1)
    }

    /// What requests are held to.
    package struct HealthRules: Sendable, Equatable {
        package enum Window: String, CaseIterable, Sendable {
            case oneMinute = "1m"
            case fiveMinutes = "5m"
            case fifteenMinutes = "15m"
            case oneHour = "1h"
        }

        package var window = Window.oneMinute
        package var baseline = Window.oneHour
        package var minRequests = 20
        package var recover = Ratio(value: 0.8)
        package var errorRatio = Threshold(
            warn: Level.absolute(Ratio(value: 0.01)), fail: .absolute(Ratio(value: 0.05)))
        package var p50 = Threshold<Level<Duration>>(warn: .none, fail: .none)
        package var p90 = Threshold<Level<Duration>>(warn: .none, fail: .none)
        package var p95 = Threshold<Level<Duration>>(warn: .absolute(.seconds(1)), fail: .absolute(.seconds(5)))
        package var p99 = Threshold<Level<Duration>>(warn: .none, fail: .none)
        package var dbCalls = Threshold<Level<Double>>(warn: .none, fail: .none)
        package var hitRatio = Threshold<Level<Ratio>>(warn: .none, fail: .none)
        package var requestRate = Threshold<Level<Double>>(warn: .none, fail: .none)
    }

    /// Some of the requests, with a judgement of their own. What it names must all fit.
    package struct HealthGroup: Sendable, Equatable {
        package var name: String
        package var routes: [String] = []
        package var methods: [String] = []
        package var segments: [String] = []
        package var caches: [String] = []
        package var rules = HealthRules()

        package init(name: String = "") { self.name = name }

        /// The words of each list.
        package static let methodWords = [
            "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "_OTHER",
        ]
        package static let segmentWords = ["anonymous", "authenticated", "unknown"]
        package static let cacheWords = [
            "hit", "stale", "revalidated", "expired", "miss", "bypass", "synthetic", "none", "unknown",
        ]
    }

    /// What is answered while nothing can be said about the service.
    package struct Answers: Sendable, Equatable {
        package enum Answer: String, CaseIterable, Sendable { case warn, fail }

        package var blind = Answer.warn
        package var behind = Answer.warn
        package var clockSkew = Answer.warn
        package var noTraffic = Answer.warn
        package var stale = Answer.warn
    }

    /// Beyond `warn` is a warning, beyond `fail` a failure.
    package struct Threshold<Value: Sendable & Equatable>: Sendable, Equatable {
        package var warn: Value
        package var fail: Value

        package init(warn: Value, fail: Value) {
            self.warn = warn
            self.fail = fail
        }

        package init<Limit: TextValue & Comparable>(warn: Limit, fail: Limit) where Value == Level<Limit> {
            self.init(warn: .absolute(warn), fail: .absolute(fail))
        }
    }
}
