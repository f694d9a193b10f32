import Files
package import RequestLog
import Serving
package import Settings
package import Store
import Tailing

// From settings, which are words and units of people, to what the rooms are given.

extension StoreLimits {
    package init(_ settings: Settings) {
        self.init()
        counterSeries = settings.limits.counterSeries
        snapshotBytes = UInt64(settings.snapshots.size.bytes)
        keep10s = Timestamp.Span(settings.snapshots.keep10s)
        keep1m = Timestamp.Span(settings.snapshots.keep1m)
        keep5m = Timestamp.Span(settings.snapshots.keep5m)
    }
}

extension ListenAddress {
    init(_ address: HostPort) { self.init(host: address.host, port: Int(address.port)) }
}

extension Timestamp.Span {
    package init(_ duration: Duration) { self.init(nanoseconds: duration.inNanoseconds) }
}

extension Ingest.Input {
    init(_ input: Settings.Input, of settings: Settings, _ recovered: Recovered) {
        // Where positions were lost, the beginning of a log has been counted before.
        let fromStart = (input.fromStart ?? settings.fromStart) && !recovered.arePositionsLost
        var options = ReaderOptions(input)
        options.lineLimitBytes = settings.limits.lineLength.bytes
        self.init(
            tail: TailInput(pattern: input.path, source: input.source, fromStart: fromStart), options: options)
    }
}

extension ReaderOptions {
    /// Of an input without `problems`.
    package init(_ input: Settings.Input) {
        self.init(
            format: (try? LineFormat(input.format, text: input.logFormat)) ?? .auto,
            durationUnit: input.durationUnit.flatMap { DurationUnit(symbol: $0.rawValue) },
            timeZone: TimeZones.zone(input.timeZone))
        segmentKey = input.segment
        routes = input.routes.compactMap { try? RoutePattern($0) }
        filters = input.filters.map { filter in
            LineFilter(
                routes: filter.routes.compactMap { try? RoutePattern($0) },
                statuses: filter.status.compactMap(StatusRange.init), userAgents: filter.userAgent)
        }
    }
}
