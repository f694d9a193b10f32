import Comparison
import RequestLog

let morning = Timestamp(seconds: 1_795_341_600)

/// A change that was begun at `morning` with a baseline of so many hours.
func sampleChange(
    _ id: String = "cache-it", hours: Int64 = 2, begun: Timestamp = morning, routes: [String] = ["/orders"],
    promises: [String] = ["p95 /orders -20%"], rollback: String? = "make rollback"
) throws -> ChangeRecord {
    let length = Timestamp.Span.seconds(3_600 * hours)
    return ChangeRecord(
        id: id, title: "cache it", owner: "ana", created: begun,
        expectations: try promises.map { try Comparison.Expectation(parsing: $0) }, routes: routes, rollback: rollback,
        baseline: ChangeBaseline(from: begun - length, to: begun, requests: 9, slices: 720, source: "main"))
}

func verdict(
    _ verdict: Verdict, at time: Timestamp, from: Timestamp, isAfterRollback: Bool = false
) -> ChangeVerdict {
    ChangeVerdict(
        time: time, verdict: verdict, isAfterRollback: isAfterRollback,
        after: ChangeVerdict.Window(from: from, to: time, requests: 7))
}
