internal import Glibc
package import RequestLog

/// Which routes' hit ratio fell when the cache was purged.
package struct BlastRadius: Equatable, Sendable {
    package struct Fall: Equatable, Sendable {
        package var route: String
        package var before: Double
        package var after: Double
    }

    /// The deepest first.
    package private(set) var falls: [Fall] = []
    /// Routes with too few lookups on either side of the purge.
    package private(set) var untold: [String] = []

    /// As long before a purge, and as long after it, as a cold cache is cold for sure.
    static let before = Timestamp.Span.seconds(15 * 60)
    static let after = Timestamp.Span.seconds(5 * 60)
    static let fewestLookups: UInt64 = 20
    /// A fall is so deep, in points and as a part of what was, and so many deviations of chance.
    static let smallestFall = 0.10
    static let smallestPart = 0.25
    static let smallestZ = 4.0

    package init(of purge: Timestamp, in evidence: ChangeEvidence, names: Names) {
        var sums: [NameID: (before: ChangeEvidence.Lookups, after: ChangeEvidence.Lookups)] = [:]
        for moment in evidence.moments {
            // The slice of the purge has both; where slices are long it is all there is of the time after.
            let isBefore = moment.end <= purge && moment.start >= purge - BlastRadius.before
            let isAfter = moment.end > purge && moment.start < purge + BlastRadius.after
            guard isBefore || isAfter else { continue }
            for (route, lookups) in moment.lookups {
                var sum = sums[route] ?? (ChangeEvidence.Lookups(), ChangeEvidence.Lookups())
                if isBefore { sum.before = sum.before + lookups } else { sum.after = sum.after + lookups }
                sums[route] = sum
            }
        }
        for (route, sum) in sums {
            let fewest = min(sum.before.all, sum.after.all)
            guard fewest >= BlastRadius.fewestLookups else {
                untold.append(names[route])
                continue
            }
            if BlastRadius.isFall(sum.before, sum.after) {
                falls.append(Fall(route: names[route], before: sum.before.ratio, after: sum.after.ratio))
            }
        }
        falls.sort {
            let (left, right) = ($0.after - $0.before, $1.after - $1.before)
            return left != right ? left < right : $0.route < $1.route
        }
        untold.sort()
    }

    private static func isFall(_ before: ChangeEvidence.Lookups, _ after: ChangeEvidence.Lookups) -> Bool {
        let fall = before.ratio - after.ratio
        guard fall >= smallestFall, fall >= smallestPart * before.ratio else { return false }
        let pooled = (before + after).ratio
        let deviation = (pooled * (1 - pooled) * (1 / Double(before.all) + 1 / Double(after.all))).squareRoot()
        return fall >= smallestZ * deviation
    }
}
