/// The table of settings: the reader, the checks, the variables and flags, the reference and the example file are made
/// from it.
package enum SettingsTable {
    package static let settings = SettingTable<Settings>(
        lists: ["inputs"], maps: ["health.groups"],
        [
            .optional(
                "data", \.data, absence: "the state directory of the system", example: "/var/lib/plumbline",
                valueName: "DIRECTORY", noun: "a directory", flag: "--data",
                environment: "PLUMBLINE_DATA",
                help:
                    "Where snapshots, journal and change records are kept."
            ),
            .value(
                "listen", \.listen, in: .defaults, flag: "--listen", environment: "PLUMBLINE_LISTEN",
                help: "Address of probes, metrics, API and page; port 0 takes a free one."),
            .optional(
                "admin_listen", \.adminListen, absence: "on listen", example: "127.0.0.1:9181",
                environment: "PLUMBLINE_ADMIN_LISTEN",
                help: "Moves API and page to an address of their own."),
            .optional(
                "agent_check_listen", \.agentCheckListen, absence: "nowhere", example: "127.0.0.1:9182",
                environment: "PLUMBLINE_AGENT_CHECK_LISTEN",
                help: "Where HAProxy's agent-check is answered with a weight, and an operator's drain."),
            .optional(
                "admin_token_file", \.adminTokenFile, absence: "none is asked for",
                example: "/etc/plumbline/admin.tokens", valueName: "FILE", noun: "a file",
                environment: "PLUMBLINE_ADMIN_TOKEN_FILE",
                help: "Tokens, one a line, of which the API and an operator's word ask for one; read again on SIGHUP."),
            .value(
                "from_start", \.fromStart, in: .defaults, flag: "--from-start", environment: "PLUMBLINE_FROM_START",
                help: "Whether a log that is there at the first start is read from its beginning instead of its end."),
            bounded(
                "commit_interval", \.commitInterval, .milliseconds(100) ... .seconds(60),
                "How often what was read is made durable; a crash re-reads at most this much."),

            .optional(
                "tls.certificate", \.tls.certificate, absence: "not encrypted", example: "/etc/plumbline/server.pem",
                valueName: "FILE", noun: "a file", environment: "PLUMBLINE_TLS_CERTIFICATE",
                help: "The server's certificate and those up to its authority, in PEM; read again on SIGHUP."),
            .optional(
                "tls.key", \.tls.key, absence: "none", example: "/etc/plumbline/server.key", valueName: "FILE",
                noun: "a file", environment: "PLUMBLINE_TLS_KEY",
                help: "The key of the certificate, in PEM without a password."),
            .optional(
                "tls.client_ca", \.tls.clientCA, absence: "clients need none", example: "/etc/plumbline/clients.pem",
                valueName: "FILE", noun: "a file", environment: "PLUMBLINE_TLS_CLIENT_CA",
                help: "Who must have signed the certificate of a client."),
            plain(
                "tls.serve", \.tls.serve,
                "Where TLS is spoken: all, or admin, which is admin_listen alone; the agent-check port never does."),

            bounded(
                "limits.series", \.limits.series, 1...1_000_000,
                "Series active within the longest window; requests of further ones count in (other)."),
            bounded(
                "limits.counter_series", \.limits.counterSeries, 1...10_000_000,
                "Series that have a counter in the metrics; further ones count in (other)."),
            bounded(
                "limits.path_names", \.limits.pathNames, Settings.Limits.pathNameCounts,
                "Different names in one place of a path; with more of them they are one parameter, {*}."),
            bounded(
                "limits.line_length", \.limits.lineLength, .kibibytes(1) ... .mebibytes(64),
                "A longer line is counted as too_long and skipped."),
            bounded(
                "limits.open_inputs", \.limits.openInputs, 1...100_000, "Files that are followed at the same time."),
            bounded(
                "limits.connections", \.limits.connections, 1...65_535,
                "HTTP connections at the same time; further ones are refused."),
            bounded(
                "limits.streams", \.limits.streams, 1...1_000,
                "Live pages that are told of news as it comes; further ones are refused and ask by themselves."),
            bounded(
                "limits.header_size", \.limits.headerSize, .kibibytes(1) ... .mebibytes(1),
                "An HTTP request with a larger head is refused."),
            bounded(
                "limits.idle_timeout", \.limits.idleTimeout, .seconds(1) ... .hours(1),
                "An HTTP connection on which nothing happens for so long is closed."),
            bounded(
                "limits.future", \.limits.future, .zero ... .hours(1),
                "A record further ahead of the clock is counted as future_time and left out."),
            bounded(
                "limits.receive_buffer", \.limits.receiveBuffer, .kibibytes(4) ... .gibibytes(1),
                "What the kernel is asked to keep of a socket until it is read; what it drops is counted as lost."),
            bounded(
                "limits.health_history", \.limits.healthHistory, 1...2_000,
                "Changes of health that are remembered; the oldest give way."),
            bounded(
                "limits.timeline_cache", \.limits.timelineCache, .kibibytes(64) ... .gibibytes(1),
                "Memory for hours of snapshots that a timeline was made of, so that the next one is there at once; nothing is used before somebody asks."
            ),

            bounded(
                "snapshots.size", \.snapshots.size, .mebibytes(1) ... .gibibytes(16 << 10),
                "Disk space of all snapshots; the oldest give way."),
            bounded(
                "snapshots.keep_10s", \.snapshots.keep10s, .minutes(1) ... .days(36_500),
                "How long slices of 10 seconds are kept before they become slices of a minute."),
            bounded(
                "snapshots.keep_1m", \.snapshots.keep1m, .minutes(1) ... .days(36_500),
                "How long slices of a minute are kept before they become slices of 5 minutes."),
            bounded(
                "snapshots.keep_5m", \.snapshots.keep5m, .minutes(1) ... .days(36_500),
                "How long slices of 5 minutes are kept before only the totals of hours and days remain."),

        ] + health + [
            plain(
                "log.level", \.log.level,
                "The least important message that is written."),
            plain(
                "log.format", \.log.format,
                "How messages are written; auto is text on a terminal and JSON elsewhere."),
        ])

    /// The settings of one item of `inputs`.
    package static let input = SettingTable<Settings.Input>(
        lists: ["filters"],
        [
            .text(
                "path", \.path, in: Settings.Input(), valueName: "PATH",
                noun: "a path, a glob, a socket, or - for standard input,", example: "/var/log/app/access.log",
                help:
                    "The log: a path or a glob, whose rotated siblings are found; udp://127.0.0.1:5140 or unix:/run/plumbline.sock for datagrams; - for standard input.",
                check: { String(text: $0) != nil }),
            .text(
                "source", \.source, in: Settings.Input(), valueName: "NAME",
                noun: "a name of at most 64 letters, digits, \"_\", \"-\" and \".\"", example: "main",
                help: "Inputs of one source are parts of one request stream and are added; sources never are.",
                check: isName),
            .value(
                "primary", \.primary, in: Settings.Input(), absence: "true for the first source", example: "true",
                environment: nil,
                help: "The source of this input feeds health and totals; exactly one source does."
            ),
            .value(
                "format", \.format, in: Settings.Input(), environment: nil,
                help: "How lines are written; auto finds out."),
            .optional(
                "log_format", \.logFormat, absence: "none",
                example: "$remote_addr [$time_local] \\\"$request\\\" $status",
                valueName: "TEXT", noun: "a format", environment: nil,
                help:
                    "What nginx, Apache or gunicorn was told to write, word for word; for w3c, the columns of a log without a header."
            ),
            .text(
                "time_zone", \.timeZone, in: Settings.Input(), valueName: "ZONE", noun: "a time zone",
                example: "Europe/Berlin",
                help: "Where the clock hung that wrote times without a zone: UTC, local, +02:00 or Europe/Berlin.",
                check: { !$0.isEmpty && $0.utf8.count <= 64 }),
            .list(
                "routes", \.routes, absence: "none", valueName: "PATTERNS", noun: "a pattern of paths",
                example: ["/users/:id", "/static/**"], most: 1_000,
                help:
                    "Names of routes for logs that have only paths, the first that fits: {id}, :id or * is a segment, ** any number.",
                check: { $0.hasPrefix("/") }),
            .optional(
                "segment", \.segment, absence: "the usual keys", example: "request.headers.x-user", valueName: "KEY",
                noun: "a key", environment: nil,
                help:
                    "The key whose value tells a login: a fact or somebody; absent, empty, -, 0, no, false and anonymous are none."
            ),
            .optional(
                "duration_unit", \.durationUnit, absence: "none", example: "ms", environment: nil,
                help: "The unit of durations where neither key nor value names one."),
            .optional(
                "from_start", \.fromStart, absence: "as from_start", example: "true", environment: nil,
                help: "Overrides the general from_start for this input."),
            .value(
                "allow_remote", \.allowRemote, in: Settings.Input(), environment: nil,
                help: "Whether a udp:// input may have an address that other machines reach; nobody proves who sends."),
        ])

    /// The settings of one item of an input's `filters`.
    package static let filter = SettingTable<Settings.Filter>([
        .list(
            "routes", \.routes, absence: "any", valueName: "PATTERNS", noun: "a pattern of paths",
            example: ["/healthz", "/static/**"], most: 1_000,
            help: "Patterns as in routes; the path must fit one, or the route where the log has one.",
            check: { $0.hasPrefix("/") }),
        .list(
            "status", \.status, absence: "any", valueName: "CODES", noun: "a status, a class or a range",
            example: ["2xx", "304", "400-499"], most: 1_000, help: "The status must be one of these.",
            check: { !$0.isEmpty }),
        .list(
            "user_agent", \.userAgent, absence: "any", valueName: "TEXTS", noun: "the beginning of a user agent",
            example: ["kube-probe/", "ELB-HealthChecker"], most: 1_000,
            help: "The user agent must begin with one of these, byte for byte.",
            check: { String(text: $0) != nil }),
    ])

    /// The line of the table behind a flag, for the command line's help.
    package static func setting(flag: String) -> Setting<Settings>? { settings.settings.first { $0.flag == flag } }

    static func bounded<Value: TextValue & Comparable>(
        _ key: String, _ path: Setting<Settings>.Path<Value>, _ range: ClosedRange<Value>, _ help: String
    ) -> Setting<Settings> {
        .value(key, path, in: .defaults, range, environment: variable(for: key), help: help)
    }

    static func plain<Value: TextValue>(
        _ key: String, _ path: Setting<Settings>.Path<Value>, _ help: String
    ) -> Setting<Settings> {
        .value(key, path, in: .defaults, environment: variable(for: key), help: help)
    }

    static func variable(for key: String) -> String {
        "PLUMBLINE_" + String(key.map { $0 == "." ? "_" : $0 }).uppercased()
    }

    @Sendable static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == ".") }
    }
}
