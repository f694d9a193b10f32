/// How the agent is to run: one checked value out of file, environment and flags.
///
/// The initial values below are the defaults; everything else about a setting (its key, range, help, variable and flag)
/// stands in `SettingsTable`.
package struct Settings: Sendable, Equatable {
    package static let defaults = Settings()

    /// The logs, in the order written; empty when nobody named one.
    package var inputs: [Input] = []
    /// The data directory; nil leaves the choice to the environment (`$STATE_DIRECTORY` and its like).
    package var data: String?
    package var listen = HostPort(host: "127.0.0.1", port: 9180)
    /// Where API and page move to; nil keeps them on `listen`.
    package var adminListen: HostPort?
    package var agentCheckListen: HostPort?
    /// A file of tokens, one of which the administrative side asks for.
    package var adminTokenFile: String?
    package var tls = TLS()
    package var fromStart = false
    package var commitInterval = Duration.seconds(1)
    package var limits = Limits()
    package var snapshots = Snapshots()
    package var health = Health()
    package var log = Log()

    /// The source that feeds `/health` and the totals; nil without inputs.
    package var primarySource: String? { inputs.first(where: \.primary)?.source }
}

extension Settings {
    /// Encryption of what is served; none without a certificate.
    package struct TLS: Sendable, Equatable {
        package enum Scope: String, CaseIterable, Sendable { case all, admin }

        package var certificate: String?
        package var key: String?
        package var clientCA: String?
        package var serve = Scope.all
    }

    package struct Input: Sendable, Equatable {
        package enum Format: String, CaseIterable, Sendable {
            case auto, json, logfmt, ltsv, combined, common, haproxy, traefik, envoy, istio, squid, uwsgi, alb, elb, s3,
                w3c, uvicorn, django
            case nginxJSON = "nginx-json"
            case nginxMain = "nginx-main"
            case nginxCache = "nginx-cache"
            case nginxAmplify = "nginx-amplify"
            case ingressNginx = "ingress-nginx"
            case vhostCombined = "vhost-combined"
            /// These come with the words of their writer's configuration.
            case nginx, apache, gunicorn

            package var needsText: Bool { [.nginx, .apache, .gunicorn].contains(self) }
        }
        package enum DurationUnit: String, CaseIterable, Sendable {
            case seconds = "s"
            case milliseconds = "ms"
            case microseconds = "us"
            case nanoseconds = "ns"
        }

        /// A path, a glob, a socket (`DatagramAddress`), or `-` for standard input.
        package var path: String
        package var source: String
        /// True for every input of the primary source, whichever of them said so.
        package var primary: Bool
        package var format = Format.auto
        /// What the writer was told to write.
        package var logFormat: String?
        /// Of times that name none.
        package var timeZone = "local"
        /// Patterns of paths, the first one that fits first.
        package var routes: [String] = []
        /// The key that tells whether somebody is logged in.
        package var segment: String?
        /// Requests that are not counted.
        package var filters: [Filter] = []
        /// The unit of a duration that names none.
        package var durationUnit: DurationUnit?
        /// Overrides `Settings.fromStart`.
        package var fromStart: Bool?
        /// Datagrams from other machines are wanted.
        package var allowRemote = false

        package init(path: String = "", source: String = "main", primary: Bool = false) {
            self.path = path
            self.source = source
            self.primary = primary
        }
    }

    /// What it names must all fit a request; what it leaves out fits any.
    package struct Filter: Sendable, Equatable {
        package var routes: [String] = []
        package var status: [String] = []
        package var userAgent: [String] = []

        package init() {}
    }

    package struct Limits: Sendable, Equatable {
        package var series = 2_000
        package var counterSeries = 10_000
        package var pathNames = 100
        package static let pathNameCounts = 2...10_000
        package var lineLength = ByteCount.mebibytes(1)
        package var openInputs = 1_000
        package var connections = 512
        /// Pages that are told of news as it comes.
        package var streams = 16
        package var headerSize = ByteCount.kibibytes(16)
        package var idleTimeout = Duration.seconds(60)
        /// How far ahead of the clock a record may be.
        package var future = Duration.minutes(5)
        /// What the kernel is asked to keep of a socket until it is read.
        package var receiveBuffer = ByteCount.mebibytes(4)
        /// Changes of health that are remembered, over restarts too.
        package var healthHistory = 1_000
        /// What may be kept of old snapshots for the next timeline.
        package var timelineCache = ByteCount.mebibytes(16)
    }

    package struct Snapshots: Sendable, Equatable {
        package var size = ByteCount.gibibytes(1)
        package var keep10s = Duration.hours(6)
        package var keep1m = Duration.days(7)
        package var keep5m = Duration.days(90)
    }

    package struct Log: Sendable, Equatable {
        package enum Level: String, CaseIterable, Sendable { case debug, info, warning, error }
        /// `auto` is text on a terminal and JSON elsewhere.
        package enum Format: String, CaseIterable, Sendable { case auto, text, json }

        package var level = Level.info
        package var format = Format.auto
    }
}
