package import RequestLog

/// How wide the slices of a comparison are: wide ones are calm, but there must be enough of them.
package enum SliceWidth {
    package static let standard: [Timestamp.Span] = [.seconds(1), .seconds(10), .minutes(1), .minutes(5)]
    /// So many slices are wanted.
    package static let wanted: Int64 = 60

    /// The widest that gives enough slices of the shorter side; else the narrowest there is.
    ///
    /// - Parameter narrowest: what snapshots of that time are kept in.
    package static func suiting(_ spans: [Timestamp.Span], narrowest: Timestamp.Span) -> Timestamp.Span {
        let shortest = spans.min() ?? .zero
        let allowed = standard.filter { $0 >= narrowest }
        let fitting = allowed.last { shortest.nanoseconds >= $0.nanoseconds * wanted }
        return fitting ?? allowed.first ?? narrowest
    }
}
