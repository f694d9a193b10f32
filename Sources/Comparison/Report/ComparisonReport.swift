package import RequestLog

/// The whole answer; `Exposition` writes it as text, JSON, markdown and HTML.
package struct ComparisonReport: Sendable {
    package struct Promise: Sendable {
        package var expectation: Expectation
        package var basis: Expectation.Basis
        /// On the scale of the effect.
        package var target: Double
        package var verdict: Verdict
        /// In words.
        package var reason: String
    }

    package struct Window: Equatable, Sendable {
        package var from: Timestamp
        /// Not included.
        package var to: Timestamp
        package var requests: UInt64
    }

    package var verdict: Verdict
    /// Plain sentences, the most important first.
    package var reasons: [String]
    package var change: ChangeNote?
    package var promises: [Promise]
    package var before: [Window]
    package var after: [Window]
    package var rows: [ComparisonRow]

    package var exitCode: Int32 { verdict.exitCode }
}
