internal import RequestLog
package import RollingWindow

/// One part of a series key that requests can be grouped by.
package enum SeriesDimension: String, CaseIterable, Sendable {
    case source, route, method, status, cache, segment, version
}

/// Which parts of the series key stay apart, in the order in which they are shown: `--by route,status`, `?by=cache`.
///
/// Without `source` it speaks of the primary source alone, for sources are never added together.
package struct SeriesGrouping: Equatable, Sendable {
    package var dimensions: [SeriesDimension]

    /// A repeated dimension counts once.
    package init(_ dimensions: [SeriesDimension]) {
        var distinct: [SeriesDimension] = []
        for dimension in dimensions where !distinct.contains(dimension) { distinct.append(dimension) }
        self.dimensions = distinct
    }

    /// Reads `route,status`: names separated by commas, blanks around them allowed.
    package init(parsing text: String) throws(SeriesGroupingError) {
        var dimensions: [SeriesDimension] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = part.drop { $0 == " " }.prefix { $0 != " " }
            guard let dimension = SeriesDimension(rawValue: String(name)),
                part.drop(while: { $0 == " " }).dropFirst(name.count).allSatisfy({ $0 == " " })
            else { throw SeriesGroupingError(found: String(part)) }
            dimensions.append(dimension)
        }
        self.init(dimensions)
    }

    package static let byRoute = SeriesGrouping([.route])
    /// The whole key.
    package static let everything = SeriesGrouping(SeriesDimension.allCases)

    package func contains(_ dimension: SeriesDimension) -> Bool { dimensions.contains(dimension) }

    /// The key of the group: the parts that are not kept are all alike. The source always stays.
    package func project(_ key: SeriesKey) -> SeriesKey {
        SeriesKey(
            source: key.source,
            route: contains(.route) ? key.route : .none,
            method: contains(.method) ? key.method : .other,
            status: contains(.status) ? key.status : 0,
            cache: contains(.cache) ? key.cache : .none,
            segment: contains(.segment) ? key.segment : .unknown,
            version: contains(.version) ? key.version : .none)
    }
}

/// A name that is no part of a series key.
package struct SeriesGroupingError: Error, Equatable, Sendable, CustomStringConvertible {
    package var found: String

    package var description: String {
        let known = SeriesDimension.allCases.map(\.rawValue).joined(separator: ", ")
        return "cannot group by \"\(escapedForDisplay(found))\": expected some of \(known), separated by commas"
    }
}
