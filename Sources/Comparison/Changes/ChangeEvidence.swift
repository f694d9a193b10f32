package import RequestLog
package import RollingWindow

/// What some time has to say for the checklist: who asked, what the cache did, how long it took, route by route.
///
/// Slices are taken in one at a time; of each only its cache lookups by route are kept, for purges are abrupt.
package struct ChangeEvidence: Sendable {
    struct Route: Sendable {
        var requests: UInt64 = 0
        var errors: UInt64 = 0
        var authenticated: UInt64 = 0
        var withSegment: UInt64 = 0
        var durations = Durations()
    }

    struct Lookups: Equatable, Sendable {
        var hits: UInt64 = 0
        var all: UInt64 = 0

        var ratio: Double { all == 0 ? 0 : Double(hits) / Double(all) }

        static func + (left: Lookups, right: Lookups) -> Lookups {
            Lookups(hits: left.hits + right.hits, all: left.all + right.all)
        }
    }

    struct Moment: Sendable {
        var start: Timestamp
        var end: Timestamp
        var lookups: [NameID: Lookups] = [:]
    }

    package let source: NameID
    private(set) var routes: [NameID: Route] = [:]
    private(set) var moments: [Moment] = []
    private(set) var withCacheStatus: UInt64 = 0
    package private(set) var requests: UInt64 = 0

    package init(source: NameID) { self.source = source }

    package mutating func add(_ slice: Slice) {
        var moment = Moment(start: slice.start, end: slice.end)
        for (key, cell) in slice.series where key.source == source {
            requests &+= cell.requests
            if key.cache != .none, key.cache != .unknown { withCacheStatus &+= cell.requests }
            routes[key.route, default: Route()].add(cell, of: key)
            if key.cache.isLookup {
                moment.lookups[key.route, default: Lookups()].all &+= cell.requests
                if key.cache.isHit { moment.lookups[key.route]?.hits &+= cell.requests }
            }
        }
        if !moment.lookups.isEmpty { moments.append(moment) }
    }

    /// The same where some routes have become others.
    package func rerouted(_ coarser: [NameID: NameID]) -> ChangeEvidence {
        guard !coarser.isEmpty else { return self }
        var rerouted = self
        rerouted.routes = [:]
        for (name, route) in routes { rerouted.routes[coarser[name] ?? name, default: Route()].add(route) }
        for place in moments.indices {
            rerouted.moments[place].lookups = [:]
            for (name, lookups) in moments[place].lookups {
                let route = coarser[name] ?? name
                rerouted.moments[place].lookups[route] = (rerouted.moments[place].lookups[route] ?? Lookups()) + lookups
            }
        }
        return rerouted
    }

    /// The named routes, or all of them together under no name.
    func routes(_ names: [String], in table: Names) -> [(name: String?, route: Route)] {
        if names.isEmpty { return [(nil, routes.values.reduce(into: Route()) { $0.add($1) })] }
        return names.map { name in (name, table.find(name).flatMap { routes[$0] } ?? Route()) }
    }

    /// Every route whose name begins so.
    package func routes(prefix: String, in table: Names) -> [String] { together(prefix: prefix, in: table).names }

    /// Of every route whose name begins so.
    func together(prefix: String, in table: Names) -> (names: [String], route: Route) {
        let found = routes.filter { table[$0.key].hasPrefix(prefix) }
        return (found.map { table[$0.key] }.sorted(), found.values.reduce(into: Route()) { $0.add($1) })
    }
}

extension ChangeEvidence.Route {
    mutating func add(_ cell: Cell, of key: SeriesKey) {
        requests &+= cell.requests
        if key.isError { errors &+= cell.requests } else { durations.add(cell.durations) }
        if key.segment == .authenticated { authenticated &+= cell.requests }
        if key.segment != .unknown { withSegment &+= cell.requests }
    }

    mutating func add(_ other: ChangeEvidence.Route) {
        requests &+= other.requests
        errors &+= other.errors
        authenticated &+= other.authenticated
        withSegment &+= other.withSegment
        durations.add(other.durations)
    }
}
