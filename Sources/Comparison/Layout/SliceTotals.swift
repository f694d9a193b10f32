package import RequestLog

/// What a side has in each slice, whatever the route: for gaps, warm-up and charts.
package struct SliceTotals: Sendable {
    /// The number of the first slice, that of the side's first window.
    let first: Int64
    package private(set) var requests: [UInt64]
    package private(set) var errors: [UInt64]
    package private(set) var hits: [UInt64]
    package private(set) var lookups: [UInt64]

    package init(_ side: Side) {
        let numbers = side.sliceNumbers
        first = numbers.lowerBound
        let count = numbers.count
        (requests, errors) = (Array(repeating: 0, count: count), Array(repeating: 0, count: count))
        (hits, lookups) = (requests, requests)
        for stratum in side.strata {
            let cache = stratum.key.cache
            stratum.cells.forEach { slice, cell in
                let place = Int(slice - first)
                guard place >= 0, place < count else { return }
                requests[place] &+= cell.requests
                errors[place] &+= cell.errors
                if cache.isLookup { lookups[place] &+= cell.requests }
                if cache.isHit { hits[place] &+= cell.requests }
            }
        }
    }
}

extension Side {
    /// From the first slice of the first window to the last one of the last.
    package var sliceNumbers: Range<Int64> {
        guard let first = windows.first, let last = windows.last else { return 0..<0 }
        return number(of: first.from)..<behind(last.to)
    }

    /// The slice that an instant is in.
    package func number(of time: Timestamp) -> Int64 {
        time.floored(to: sliceWidth).nanoseconds / sliceWidth.nanoseconds
    }

    /// The first slice that begins at an instant or after it.
    package func behind(_ time: Timestamp) -> Int64 {
        let number = number(of: time)
        return start(of: number) == time ? number : number + 1
    }

    package func start(of slice: Int64) -> Timestamp { Timestamp(nanoseconds: slice &* sliceWidth.nanoseconds) }
}
