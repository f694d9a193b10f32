package import RequestLog
package import RollingWindow

/// Requests of the primary source; what it names must all fit, what it leaves out fits any.
package struct HealthSelection: Equatable, Sendable {
    /// The name of the route must fit one.
    package var routes: [RoutePattern] = []
    package var methods: Set<Method> = []
    package var segments: Set<Segment> = []
    package var caches: Set<CacheStatus> = []

    package init() {}

    package var isEverything: Bool { self == HealthSelection() }

    /// The sum of what fits.
    package func total(of series: [SeriesKey: Cell], source: NameID, names: Names) -> Rollup {
        var sum = Rollup()
        forEach(in: series, source: source, names: names) { sum.add($1, of: $0) }
        return sum
    }

    /// Every series that fits.
    package func forEach(
        in series: [SeriesKey: Cell], source: NameID, names: Names, _ body: (SeriesKey, Cell) -> Void
    ) {
        var known: [NameID: Bool] = [:]
        for (key, cell) in series where key.source == source && fits(key) {
            guard !routes.isEmpty else {
                body(key, cell)
                continue
            }
            let fits = known[key.route] ?? routes.contains { $0.matches(name: names[key.route]) }
            known[key.route] = fits
            if fits { body(key, cell) }
        }
    }

    private func fits(_ key: SeriesKey) -> Bool {
        (methods.isEmpty || methods.contains(key.method)) && (segments.isEmpty || segments.contains(key.segment))
            && (caches.isEmpty || caches.contains(key.cache))
    }
}
