import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import Tailing

/// A look at the ends of what a side is made of, so that the width of its slices can be chosen before it is read.
extension SideReader {
    struct Surveyed {
        let request: SideRequest
        var logs = SideSurvey()
        /// Nil: there are none.
        var snapshots: SideSurvey?

        /// All of it; what was asked for is known better.
        var whole: SideSurvey {
            var survey = logs
            if let snapshots { survey.add(snapshots) }
            if let from = request.from { survey.first = from }
            if let to = request.to { survey.last = to }
            return survey
        }
    }

    func survey() throws(RunFailure) -> Surveyed {
        let inputs = try inputs()
        var surveyed = Surveyed(request: request)
        if var reader = try snapshotReader(inputs) { surveyed.snapshots = try outline(&reader) }
        for input in inputs {
            switch input {
            case .log(let path, let size): surveyed.logs.add(survey(log: path, size))
            case .pipe, .standardInput: surveyed.logs.isCertain = false
            case .snapshots, .directory: break
            }
        }
        return surveyed
    }

    private static let sampleBytes = 64 << 10

    /// The times of the first and the last lines; not to be had of what is compressed.
    private func survey(log path: FilePath, _ size: UInt64) -> SideSurvey {
        guard request.from == nil || request.to == nil else { return SideSurvey() }
        guard let file = try? fileSystem.open(path, .read),
            let head = try? file.bytes(at: 0, count: SideReader.sampleBytes), head.prefix(2) != [0x1f, 0x8b],
            let first = times(in: head, from: 0, isWhole: UInt64(head.count) >= size)
        else { return SideSurvey(isCertain: false) }
        var survey = SideSurvey(first: first.first, last: first.last)
        guard UInt64(head.count) < size else { return survey }
        let start = size - UInt64(SideReader.sampleBytes)
        guard let tail = try? file.bytes(at: start, count: SideReader.sampleBytes),
            let last = times(in: tail, from: (tail.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1, isWhole: true)
        else { return SideSurvey(isCertain: false) }
        survey.add(SideSurvey(first: last.first, last: last.last))
        return survey
    }

    private func times(
        in bytes: [UInt8], from start: Int, isWhole: Bool
    ) -> (first: Timestamp, last: Timestamp)? {
        let end = isWhole ? bytes.count : (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        guard start < end else { return nil }
        let intake = LineIntake(options: options)
        var (context, names, ledger) = (LineContext(), Names(), InputLedger())
        var aggregator = Aggregator(width: .seconds(1))
        var padded = Array(bytes[start..<end])
        let length = padded.count
        padded.append(contentsOf: repeatElement(0, count: RecordReader.padding))
        padded.withUnsafeBytes { raw in
            intake.take(
                UnsafeRawBufferPointer(rebasing: raw[..<length]), of: &context, from: .none, within: EventSpan(),
                names: &names, ledger: &ledger, into: &aggregator)
        }
        let slices = aggregator.drain()
        guard let first = slices.map(\.firstEvent).min(), let last = slices.map(\.lastEvent).max() else { return nil }
        return (first, last)
    }
}
