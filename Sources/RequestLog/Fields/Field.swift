/// The places of a record that a key can fill.
package enum Field: UInt8, CaseIterable, Sendable {
    case time, method, route, path, requestLine, status, duration, cache, dbCalls, dbTime, upstreamTime
    case authenticated, identity, version, bytes
    /// Read only where a filter asks for it.
    case userAgent

    package var name: String {
        switch self {
        case .time: "time"
        case .method: "method"
        case .route: "route"
        case .path: "path"
        case .requestLine: "request line"
        case .status: "status"
        case .duration: "duration"
        case .cache: "cache"
        case .dbCalls: "db calls"
        case .dbTime: "db time"
        case .upstreamTime: "upstream time"
        case .authenticated: "segment (fact)"
        case .identity: "segment (identity)"
        case .version: "version"
        case .bytes: "bytes"
        case .userAgent: "user agent"
        }
    }
}

/// What a key means: which field, how good a name for it, and the unit that the key itself tells.
struct FieldMeaning: Hashable {
    var field: Field
    /// Lower is better; of equal ones the last in the line wins.
    var rank: UInt8
    var unit: DurationUnit?
    var notation = Notation.plain

    /// For a value that says nothing: any other name of the field, at any place of the line, is better.
    var behindAllOthers: FieldMeaning { FieldMeaning(field: field, rank: .max, unit: unit) }
}

extension FieldMeaning {
    /// How a value is written beyond what its field asks for.
    enum Notation: UInt8 {
        case plain
        /// A number below zero says that there is none (`-1`), and a plus before one that it may have grown since
        /// (HAProxy's `logasap`).
        case signed
        /// Several of those, apart by blanks: their sum, and none where one of them says so.
        case signedSum
        /// A text, or an array of texts, as headers are that may come more than once.
        case list
        /// One of several keys whose lengths of time are added.
        case part
        /// The truth of it is the word of the cache: `cacheHit`, `cacheLookup`, `cacheValidatedWithOriginServer`.
        case isHit, isLookup, isValidated

        /// The value alone does not say it all.
        var isInterpreted: Bool { rawValue >= Notation.list.rawValue }
    }
}
