import Foundation
import SystemPackage

/// What the tests read of `plumbline.summary.v1`, and of a window, which has the same tables.
struct Summary: Decodable, Sendable {
    struct Ledger: Decodable, Sendable {
        var bytes: Int
        var lines: Int
        var accepted: Int
        var blank: Int
        var rejected: [String: Int]
        var unfinished: Int
        var skippedAtStart: Int
        var lostBytes: Int
        var lostDatagrams: Int?

        enum CodingKeys: String, CodingKey {
            case bytes, lines, accepted, blank, rejected, unfinished
            case skippedAtStart = "skipped_at_start"
            case lostBytes = "lost_bytes"
            case lostDatagrams = "lost_datagrams"
        }
    }

    struct Calls: Decodable, Sendable { var sum: Int }

    struct Durations: Decodable, Sendable {
        var sum: Double
        var p50: Double?
        var p90: Double?
        var p95: Double?
        var p99: Double?

        /// Each with the share of the requests that it is the quantile of.
        var quantiles: [(fraction: Double, seconds: Double?)] { [(0.5, p50), (0.9, p90), (0.95, p95), (0.99, p99)] }
    }

    struct Metrics: Decodable, Sendable {
        var requests: Int
        var errors: Int
        var bytes: Int?
        var calls: Calls?
        /// In seconds.
        var durations: Durations?

        enum CodingKeys: String, CodingKey {
            case requests, errors, bytes
            case calls = "db_calls"
            case durations = "duration_seconds"
        }
    }

    struct Route: Decodable, Sendable {
        var route: String
        var metrics: Metrics

        enum CodingKeys: String, CodingKey { case route }

        init(from decoder: any Decoder) throws {
            route = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .route)
            metrics = try Metrics(from: decoder)
        }
    }

    struct Window: Decodable, Sendable {
        var total: Metrics
        var routes: [Route]
    }

    var ledger: Ledger
    var total: Metrics
    var routes: [Route]

    /// The summary of logs, snapshots or a data directory.
    static func of(_ input: FilePath) async throws -> Summary {
        let text = try await Plumbline.output("summary", input.string, "--output", "json")
        return try JSONDecoder().decode(Summary.self, from: Data(text.utf8))
    }
}
