package import RequestLog

/// An instant at which somebody did something to the service.
package struct Mark: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case deploy, purge, rollback

        /// What ran before is not what runs afterwards at once: caches fill, pools connect, code warms up.
        package var hasWarmUp: Bool { true }
    }

    package var kind: Kind
    package var time: Timestamp
    /// The change it belongs to.
    package var change: String?

    package init(_ kind: Kind, at time: Timestamp, change: String? = nil) {
        self.kind = kind
        self.time = time
        self.change = change
    }
}
