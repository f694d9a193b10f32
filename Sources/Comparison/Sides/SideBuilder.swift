package import RequestLog
package import RollingWindow

/// Slices in, in any order, one side out: the same side for every order.
package struct SideBuilder: Sendable {
    /// Width of the slices that come out; what comes in may be narrower.
    package let width: Timestamp.Span
    /// Only these requests count; nil: all.
    private let source: NameID?
    private let versions: Set<NameID>?

    private var places: [Key: Int] = [:]
    private var strata: [Open] = []
    /// Strata that have something in the slice at hand.
    private var touched: [Int] = []
    private var slice = Int64.min
    private var firstSlice = Int64.max
    private var lastSlice = Int64.min
    private var facts = SideFacts()
    private var versionRequests: [NameID: UInt64] = [:]
    /// Of all sums of response times.
    private var commonDivisor: UInt64 = 0

    private struct Key: Hashable {
        var route: NameID
        /// Method, cache, segment, 304.
        var rest: UInt32
    }

    private struct Open {
        var key: SeriesKey
        var isNotModified: Bool
        var cell = StratumCell()
        var hasCell = false
        var cells = PackedCells()
        /// Slices that came after a later one.
        var late: [(slice: Int64, cell: StratumCell)] = []
    }

    package init(width: Timestamp.Span, source: NameID? = nil, versions: Set<NameID>? = nil) {
        self.width = width
        self.source = source
        self.versions = versions
    }

    /// One like it, of some versions only and with nothing in it.
    package func emptied(versions: Set<NameID>) -> SideBuilder {
        SideBuilder(width: width, source: source, versions: versions)
    }

    /// First and last event so far.
    package var events: (first: Timestamp, last: Timestamp)? {
        guard let first = facts.firstEvent, let last = facts.lastEvent else { return nil }
        return (first, last)
    }

    package var requests: UInt64 { facts.requests }

    package mutating func add(_ timed: TimedSlice) {
        let start = timed.slice.start.floored(to: width)
        precondition(timed.slice.end <= start + width, "a slice wider than the side's")
        let number = start.nanoseconds / width.nanoseconds
        if number != slice {
            close()
            slice = number
        }
        var isEmpty = true
        for (key, cell) in timed.slice.series where isWanted(key) && cell.requests > 0 {
            add(cell, of: key)
            isEmpty = false
        }
        guard !isEmpty else { return }
        firstSlice = min(firstSlice, number)
        lastSlice = max(lastSlice, number)
        facts.firstEvent = min(facts.firstEvent ?? timed.firstEvent, timed.firstEvent)
        facts.lastEvent = max(facts.lastEvent ?? timed.lastEvent, timed.lastEvent)
    }

    private func isWanted(_ key: SeriesKey) -> Bool {
        (source == nil || key.source == source) && (versions == nil || versions!.contains(key.version))
    }

    private mutating func add(_ cell: Cell, of key: SeriesKey) {
        note(cell, of: key)
        let isNotModified = key.status == 304
        let rest =
            UInt32(key.method.rawValue) << 24 | UInt32(CacheClass(key.cache).rawValue) << 16
            | UInt32(key.segment.rawValue) << 8 | (isNotModified ? 1 : 0)
        let place: Int
        if let known = places[Key(route: key.route, rest: rest)] {
            place = known
        } else {
            place = strata.count
            places[Key(route: key.route, rest: rest)] = place
            strata.append(Open(key: key, isNotModified: isNotModified))
        }
        let new = StratumCell(cell, isError: key.isError)
        if strata[place].hasCell {
            strata[place].cell.add(new)
        } else {
            strata[place].cell = new
            strata[place].hasCell = true
            touched.append(place)
        }
    }

    private mutating func note(_ cell: Cell, of key: SeriesKey) {
        facts.requests &+= cell.requests
        if key.cache != .none, key.cache != .unknown { facts.withCacheStatus &+= cell.requests }
        if key.segment != .unknown { facts.withSegment &+= cell.requests }
        if key.segment == .authenticated { facts.authenticated &+= cell.requests }
        facts.withCalls &+= cell.calls.total.count
        facts.withDuration &+= cell.durations.total.count
        if key.version != .none { versionRequests[key.version, default: 0] &+= cell.requests }
        if commonDivisor != 1 {
            commonDivisor = SideBuilder.commonDivisor(commonDivisor, UInt64(clamping: cell.durations.total.sum))
        }
    }

    private static func commonDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    /// Packs what the slice at hand has.
    private mutating func close() {
        for place in touched {
            let cell = strata[place].cell
            strata[place].hasCell = false
            if slice > strata[place].cells.lastSlice {
                strata[place].cells.append(cell, slice: slice)
            } else {
                strata[place].late.append((slice, cell))
            }
        }
        touched.removeAll(keepingCapacity: true)
    }

    /// - Parameters:
    ///   - windows: what the side covers, where that is known better than by its first and last slice.
    ///   - coarser: routes that have become others on either side.
    package consuming func side(
        named name: String, windows: [Side.Window] = [], names: Names, coarser: [NameID: NameID] = [:]
    ) -> Side {
        close()
        var merged: [StratumKey: [Open]] = [:]
        for stratum in strata {
            var key = stratum.key
            key.route = coarser[key.route] ?? key.route
            var stratumKey = StratumKey(key, names: names)
            stratumKey.isNotModified = stratum.isNotModified
            merged[stratumKey, default: []].append(stratum)
        }
        strata = []
        var side = Side(
            name: name, windows: windows, sliceWidth: width,
            strata: merged.map { key, parts in
                Side.Stratum(key: key, cells: SideBuilder.inOrder(parts))
            }.sorted { $0.key < $1.key }, facts: facts)
        if windows.isEmpty, firstSlice <= lastSlice {
            side.windows = [
                Side.Window(
                    from: Timestamp(nanoseconds: firstSlice * width.nanoseconds),
                    to: Timestamp(nanoseconds: (lastSlice + 1) * width.nanoseconds))
            ]
        }
        for (version, requests) in versionRequests { side.facts.versions[names[version]] = requests }
        side.facts.resolutionNanoseconds = SideBuilder.powerOfTen(dividing: commonDivisor)
        return side
    }

    /// Several strata that are one, or slices that came late, are taken apart and added anew.
    private static func inOrder(_ parts: [Open]) -> PackedCells {
        if parts.count == 1, parts[0].late.isEmpty { return parts[0].cells }
        var cells: [Int64: StratumCell] = [:]
        for part in parts {
            part.cells.forEach { slice, cell in
                let copy = copy cell
                if cells[slice]?.add(copy) == nil { cells[slice] = copy }
            }
            for (slice, cell) in part.late where cells[slice]?.add(cell) == nil { cells[slice] = cell }
        }
        var packed = PackedCells()
        for (slice, cell) in cells.sorted(by: { $0.key < $1.key }) { packed.append(cell, slice: slice) }
        return packed
    }

    private static func powerOfTen(dividing value: UInt64) -> Int64 {
        guard value > 0 else { return 0 }
        var power: Int64 = 1
        while power < 1_000_000_000, value % UInt64(power * 10) == 0 { power *= 10 }
        return power
    }
}
