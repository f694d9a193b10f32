package import RequestLog

/// The sum of some series, with what only their keys know: errors and the cache's share.
///
/// This is what PRODUCT.md calls METRICS; `Exposition` writes it down.
package struct Rollup: Equatable, Sendable {
    package var cell = Cell()
    package var errors: UInt64 = 0
    package private(set) var byCache: InlineArray<9, UInt64> = .init(repeating: 0)

    package init() {}

    package mutating func add(_ cell: Cell, of key: SeriesKey) {
        self.cell.add(cell)
        if key.isError { errors &+= cell.requests }
        byCache[Int(key.cache.rawValue)] &+= cell.requests
    }

    package mutating func add(_ other: Rollup) {
        cell.add(other.cell)
        errors &+= other.errors
        for cache in byCache.indices { byCache[cache] &+= other.byCache[cache] }
    }

    /// Takes away everything but the extremes.
    mutating func subtract(_ other: Rollup) {
        cell.subtract(other.cell)
        errors &-= other.errors
        for cache in byCache.indices { byCache[cache] &-= other.byCache[cache] }
    }

    package func requests(_ cache: CacheStatus) -> UInt64 { byCache[Int(cache.rawValue)] }

    package var errorRatio: Double? {
        cell.requests == 0 ? nil : Double(errors) / Double(cell.requests)
    }

    /// Nil where no request asked a cache.
    package var hitRatio: Double? {
        let lookups = CacheStatus.allCases.filter(\.isLookup).reduce(0) { $0 + requests($1) }
        let hits = CacheStatus.allCases.filter(\.isHit).reduce(0) { $0 + requests($1) }
        return lookups == 0 ? nil : Double(hits) / Double(lookups)
    }

    /// Nil where the log says nothing about a cache.
    package var bypassRatio: Double? {
        requests(.none) == cell.requests ? nil : Double(requests(.bypass)) / Double(cell.requests)
    }

    package static func == (left: Rollup, right: Rollup) -> Bool {
        left.cell == right.cell && left.errors == right.errors
            && CacheStatus.allCases.allSatisfy { left.requests($0) == right.requests($0) }
    }
}
