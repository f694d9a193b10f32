import Foundation
import RequestLog
import Simulation
import Testing

let morning = Timestamp(seconds: 1_795_341_600)

@Suite("the truth")
struct TruthTests {
    @Test(
        "it equals what a naive reader finds in the lines, field by field", arguments: LineShape.allCases,
        [1, 20_261_122])
    func agreesWithNaiveReader(shape: LineShape, seed: UInt64) throws {
        var traffic = Traffic(
            .init(
                seed: seed, start: morning, requestsPerSecond: 40, scenario: turbulent, shape: shape, recordsTruth: true
            ))
        var log: [UInt8] = []
        traffic.lines(8_000, into: &log)
        let lines = try ParsedLine.parse(log)
        #expect(lines.count == 8_000)

        let json = try #require(traffic.truth?.json())
        let truth = try #require(JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
        let naive = NaiveTruth(lines: lines)
        #expect(truth["schema"] as? String == "plumbline.truth.v1")
        let ledger: [String: Any] = [
            "bytes": log.count, "lines": 8_000, "accepted": 8_000, "blank": 0, "filtered": 0, "continuation": 0,
            "header": 0, "rejected": [String: Any](), "unfinished": 0, "skipped_at_start": 0, "lost_bytes": 0,
        ]
        #expect(difference(truth["ledger"] ?? "", ledger) == nil, "seed \(seed)")
        #expect(difference(truth["total"] ?? "", naive.total) == nil, "seed \(seed)")
        #expect(difference(truth["routes"] ?? "", naive.routes) == nil, "seed \(seed)")
        #expect(difference(truth["series"] ?? "", naive.series) == nil, "seed \(seed)")

        let parser = ISO8601DateFormatter()
        parser.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        for (key, line) in [("from", lines[0]), ("to", lines[lines.count - 1])] {
            // The truth writes as few digits as the instant needs; a line always writes six.
            let padded = (truth[key] as? String ?? "").dropLast() + "000"
            #expect(padded.hasPrefix(line.time.dropLast()), "seed \(seed)")
        }
    }

    @Test("the requests are the same in both shapes")
    func shapesAgree() throws {
        var truths: [Any] = []
        for shape in LineShape.allCases {
            var traffic = Traffic(.init(seed: 4, start: morning, shape: shape, recordsTruth: true))
            var log: [UInt8] = []
            traffic.lines(5_000, into: &log)
            let json = try #require(traffic.truth?.json())
            let truth = try #require(JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
            truths.append(truth["series"] ?? "")
        }
        #expect(difference(truths[0], truths[1]) == nil)
    }

    @Test("of nothing, counts are 0 and the rest is null")
    func nothing() throws {
        let traffic = Traffic(.init(seed: 1, start: morning, recordsTruth: true))
        let json = try #require(traffic.truth?.json())
        let truth = try #require(JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
        let total = try #require(truth["total"] as? [String: Any])
        #expect(truth["from"] is NSNull)
        #expect(total["requests"] as? Int == 0)
        #expect(total["hit_ratio"] is NSNull)
        #expect((total["duration_seconds"] as? [String: Any])?["p99"] is NSNull)
        #expect((truth["routes"] as? [Any])?.isEmpty == true)
    }

    /// Two releases and many errors, so that every field has something to say.
    private var turbulent: Scenario {
        let opening = Conditions().with { $0.noise.meanCalmSeconds = 60 }
        let later = opening.with { $0.version = "2026.12.0-rc.1" }
        return Scenario(
            name: "turbulent", summary: "A release in the middle.", opening: opening,
            changes: [.init(after: .seconds(60), conditions: later)])
    }
}
