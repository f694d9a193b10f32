package import RequestLog
package import RollingWindow
package import Snapshots

/// Slices in, in any order, one side out: the same side for every order.
package struct SideBuilder: Sendable {
    /// Width of the slices that come out; what comes in may be narrower.
    package let width: Timestamp.Span
    /// Only these requests count; nil: all.
    private let source: NameID?
    private let versions: Set<NameID>?

    private var places: [Key: Int] = [:]
    /// By series: its stratum; nil: it does not count.
    private var known: [SeriesKey: Int?] = [:]
    /// The rows of the last block: the next one has nearly the same series in the same order.
    private var rows: [(key: SeriesKey, place: Int?)] = []
    private var strata: [Open] = []
    /// Strata that have something in the slice at hand.
    private var touched: [Int] = []
    private var slice = Int64.min
    private var firstSlice = Int64.max
    private var lastSlice = Int64.min
    private var facts = SideFacts()
    private var versionRequests: [NameID: UInt64] = [:]
    /// Of the last requests, not yet among the others.
    private var version: (name: NameID, requests: UInt64) = (.none, 0)
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

        mutating func take(_ columns: SeriesColumns, _ row: Int) {
            cell.take(columns, row, isError: columns.keys[row].isError, isFirst: !hasCell)
        }

        mutating func close(_ slice: Int64) {
            hasCell = false
            if slice > cells.lastSlice {
                cells.append(cell, slice: slice)
            } else {
                late.append((slice, cell))
            }
        }
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
        let number = open(timed.slice.start, timed.slice.end)
        var isEmpty = true
        for (key, cell) in timed.slice.series where isWanted(key) && cell.requests > 0 {
            note(key, cell.requests, calls: cell.calls.total, durations: cell.durations.total)
            let place = place(of: key)
            let new = StratumCell(cell, isError: key.isError)
            if strata[place].hasCell { strata[place].cell.add(new) } else { strata[place].cell = new }
            touch(place)
            isEmpty = false
        }
        if !isEmpty { note(number, timed.firstEvent, timed.lastEvent) }
    }

    /// A block, as it is read.
    ///
    /// - Parameter shift: moves it in time.
    package mutating func add(
        _ columns: SeriesColumns, of header: BlockHeader, movedBy shift: Timestamp.Span = .zero
    ) {
        let number = open(header.stretch.start + shift, header.stretch.end + shift)
        var isEmpty = true
        for (row, place) in places(of: columns) {
            note(
                columns.keys[row], columns.requests[row], calls: columns.calls.totals[row],
                durations: columns.durations.totals[row])
            strata[place].take(columns, row)
            touch(place)
            isEmpty = false
        }
        if !isEmpty { note(number, header.firstEvent + shift, header.lastEvent + shift) }
    }

    /// The rows that count, with their strata.
    private mutating func places(of columns: SeriesColumns) -> [(row: Int, place: Int)] {
        var counting: [(row: Int, place: Int)] = []
        counting.reserveCapacity(columns.count)
        let last = rows
        rows = []
        rows.reserveCapacity(columns.count)
        var next = 0
        for row in 0..<columns.count where columns.requests[row] > 0 {
            let place = place(of: columns.keys[row], near: &next, in: last)
            rows.append((columns.keys[row], place))
            if let place { counting.append((row, place)) }
        }
        return counting
    }

    /// Begins a slice of the side's, or goes on with it.
    private mutating func open(_ from: Timestamp, _ to: Timestamp) -> Int64 {
        let start = from.floored(to: width)
        precondition(to <= start + width, "a slice wider than the side's")
        let number = start.nanoseconds / width.nanoseconds
        if number != slice {
            close()
            slice = number
        }
        return number
    }

    private func isWanted(_ key: SeriesKey) -> Bool {
        (source == nil || key.source == source) && (versions == nil || versions!.contains(key.version))
    }

    private mutating func place(of key: SeriesKey) -> Int {
        let rest =
            UInt32(key.method.rawValue) << 24 | UInt32(CacheClass(key.cache).rawValue) << 16
            | UInt32(key.segment.rawValue) << 8 | (key.status == 304 ? 1 : 0)
        if let known = places[Key(route: key.route, rest: rest)] { return known }
        places[Key(route: key.route, rest: rest)] = strata.count
        strata.append(Open(key: key, isNotModified: key.status == 304))
        return strata.count - 1
    }

    /// - Parameters:
    ///   - next: where in the rows of the last block the series is most likely.
    private mutating func place(
        of key: SeriesKey, near next: inout Int, in last: [(key: SeriesKey, place: Int?)]
    ) -> Int? {
        for guess in next..<min(last.count, next + SideBuilder.mostGuesses) where last[guess].key == key {
            next = guess + 1
            return last[guess].place
        }
        if let known = known[key] { return known }
        let place = isWanted(key) ? place(of: key) : nil
        known.updateValue(place, forKey: key)
        return place
    }

    private static let mostGuesses = 4

    private mutating func touch(_ place: Int) {
        guard !strata[place].hasCell else { return }
        strata[place].hasCell = true
        touched.append(place)
    }

    private mutating func note(_ number: Int64, _ firstEvent: Timestamp, _ lastEvent: Timestamp) {
        firstSlice = min(firstSlice, number)
        lastSlice = max(lastSlice, number)
        facts.firstEvent = min(facts.firstEvent ?? firstEvent, firstEvent)
        facts.lastEvent = max(facts.lastEvent ?? lastEvent, lastEvent)
    }

    private mutating func note(_ key: SeriesKey, _ requests: UInt64, calls: Total, durations: Total) {
        facts.requests &+= requests
        if key.cache != .none, key.cache != .unknown { facts.withCacheStatus &+= requests }
        if key.segment != .unknown { facts.withSegment &+= requests }
        if key.segment == .authenticated { facts.authenticated &+= requests }
        facts.withCalls &+= calls.count
        facts.withDuration &+= durations.count
        if key.version.index != version.name.index { closeVersion(key.version) }
        version.requests &+= requests
        if commonDivisor != 1 {
            commonDivisor = SideBuilder.commonDivisor(UInt64(clamping: durations.sum), commonDivisor)
        }
    }

    private mutating func closeVersion(_ next: NameID = .none) {
        if version.name != .none { versionRequests[version.name, default: 0] &+= version.requests }
        version = (next, 0)
    }

    private static func commonDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    /// Packs what the slice at hand has.
    private mutating func close() {
        for place in touched { strata[place].close(slice) }
        touched.removeAll(keepingCapacity: true)
    }

    /// - Parameters:
    ///   - windows: what the side covers, where that is known better than by its first and last slice.
    ///   - coarser: routes that have become others on either side.
    package consuming func side(
        named name: String, windows: [Side.Window] = [], names: Names, coarser: [NameID: NameID] = [:]
    ) -> Side {
        close()
        closeVersion()
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
                let copy = StratumCell(cell)
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
