/// What a look left to do.
package struct TailProgress: Equatable, Sendable {
    /// The budget ended before the logs did: look again at once.
    package var moreReady: Bool
    /// Look again at this instant at the latest, if nothing is reported before; nil for no timer at all.
    package var nextLookNanoseconds: Int64?

    package init(moreReady: Bool, nextLookNanoseconds: Int64?) {
        self.moreReady = moreReady
        self.nextLookNanoseconds = nextLookNanoseconds
    }
}
