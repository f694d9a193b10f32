import RequestLog
import Snapshots

/// How wide the slices of an hour are to be.
enum Tier: Comparable {
    case minute, fiveMinutes
    /// No slices: only the total of the hour.
    case total

    var width: Timestamp.Span {
        switch self {
        case .minute: .minutes(1)
        case .fiveMinutes: .minutes(5)
        case .total: DataDirectory.hour
        }
    }
}

/// What is to become of the blocks of one store in one hour file.
///
/// Only blocks up to the commit `through` take part: every commit up to it is in hour files, so a block that is merged
/// from them has all that its range of commits brought to its stretch, and whatever comes later begins behind it.
/// Hence merged blocks contain what they were made of, wherever copies of it are, and overlap nothing else.
struct HourPlan {
    /// Blocks that count; together they are the total of the hour.
    private(set) var roots: [Int] = []
    /// New slices, by stretch, and what goes into each.
    private(set) var slices: [(stretch: Stretch, blocks: [Int])] = []
    /// Everything that is left as it is.
    private(set) var kept: [Int] = []
    /// The blocks of this hour overlap and do not nest: nothing is done to them.
    private(set) var conflicts: [SnapshotMerge.Conflict] = []
    /// The file already is what it should be.
    private(set) var isDone = false
    /// Blocks that take part.
    let eligible: [Int]

    /// - Parameter holdsAll: whether the first blocks have all the requests that the second ones have.
    init(
        _ headers: [BlockHeader], of store: StoreID, through: UInt64, tier: Tier,
        holdsAll: ([Int], [Int]) throws(StoreError) -> Bool
    ) throws(StoreError) {
        eligible = headers.indices.filter {
            headers[$0].storeID == store && !headers[$0].isOfDay && headers[$0].commits.through <= through
        }
        kept = headers.indices.filter { !eligible.contains($0) }
        (roots, conflicts) = HourPlan.decide(headers, eligible)
        guard conflicts.isEmpty, !roots.isEmpty else { return }
        let fine = HourPlan.decide(headers, eligible.filter { !headers[$0].isOfHour }).counted
        let hasTotal = roots.contains { headers[$0].isOfHour }
        if tier == .total {
            isDone = eligible.count == 1 && hasTotal
        } else if try hasTotal ? holdsAll(fine, roots) : true {
            group(fine, headers, width: tier.width)
            let isUniform = slices.allSatisfy {
                $0.blocks.count == 1 && headers[$0.blocks[0]].stretch == $0.stretch
            }
            isDone = isUniform && roots.count == 1 && hasTotal && eligible.count == fine.count + 1
        } else {
            // The slices went earlier; what came late joins the total.
            isDone = eligible.count == 1
        }
    }

    private static func decide(
        _ headers: [BlockHeader], _ numbers: [Int]
    ) -> (counted: [Int], conflicts: [SnapshotMerge.Conflict]) {
        var merge = SnapshotMerge()
        for number in numbers { merge.add(headers[number]) }
        let decision = merge.decide()
        return (
            decision.counted.map { numbers[$0] },
            decision.conflicts.map {
                SnapshotMerge.Conflict(counted: numbers[$0.counted], ignored: numbers[$0.ignored])
            }
        )
    }

    /// By stretches of the width; what is wider already stays so.
    private mutating func group(_ fine: [Int], _ headers: [BlockHeader], width: Timestamp.Span) {
        var groups: [Stretch: [Int]] = [:]
        for number in fine {
            let stretch = headers[number].stretch
            let target =
                stretch.width >= width
                ? stretch : Stretch(start: stretch.start.floored(to: width), width: width)
            groups[target, default: []].append(number)
        }
        slices = groups.sorted { $0.key < $1.key }.map { (stretch: $0.key, blocks: $0.value) }
    }
}
