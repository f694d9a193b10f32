package import Comparison
package import Files
package import RequestLog
import RollingWindow
import Store
import Synchronization
import SystemPackage

/// Two sides, read at the same time, and the windows that tell what windows differ by.
package struct ComparisonRun: Sendable {
    /// What is compared with what.
    package struct Inputs: Sendable {
        package var before: Side
        package var after: Side
        package var history: [Side] = []
        /// Places in snapshots that could not be read, one line each.
        package var damages: [String] = []
        package var unknownCacheWords: UInt64 = 0
        package var unknownCacheWord: String?
    }

    /// Versions that are told apart.
    package enum Versions: Equatable, Sendable {
        /// All of a side are one.
        case together
        /// The newest in AFTER with what is before it.
        case newest
        case named(old: String, new: String)
    }

    package typealias Progress = (_ done: UInt64, _ all: UInt64) -> Void

    /// Earlier windows that are looked at for drift.
    private static let mostHistoryWindows = 14
    /// A BEFORE of more is history enough.
    private static let longestBefore = Timestamp.Span.minutes(20 * 60)

    private let fileSystem: any FileSystem
    private let options: ReaderOptions
    private let source: String?
    private let slice: Timestamp.Span?
    private let versions: Versions

    /// - Parameter slice: nil: chosen by the length of the sides.
    package init(
        fileSystem: any FileSystem, options: ReaderOptions = ReaderOptions(), source: String? = nil,
        slice: Timestamp.Span? = nil, versions: Versions = .together
    ) {
        self.fileSystem = fileSystem
        self.options = options
        self.source = source
        self.slice = slice
        self.versions = versions
    }

    private func reader(_ request: SideRequest, _ progress: ReadingProgress, keepsVersions: Bool) -> SideReader {
        SideReader(
            request: request, fileSystem: fileSystem, options: options, source: source, keepsVersions: keepsVersions,
            progress: progress)
    }

    package func read(
        before: SideRequest, after: SideRequest, progress show: Progress = { _, _ in }
    ) async throws(RunFailure) -> Inputs {
        let progress = ReadingProgress()
        let isOneInput =
            versions != .together && before.input == after.input && before.from == after.from && before.to == after.to
        let readers = [
            reader(before, progress, keepsVersions: isOneInput),
            reader(after, progress, keepsVersions: versions != .together),
        ]
        var surveys = try await each(isOneInput ? [readers[0]] : readers, progress, show) { reader throws(RunFailure) in
            try reader.survey()
        }
        if isOneInput { surveys.append(surveys[0]) }
        var width = try sliceWidth(surveys)
        var gathered = try await gather(readers, isOneInput: isOneInput, width, progress, show)
        // What headers have promised of snapshots is not always what is in them.
        for place in surveys.indices { surveys[place].snapshots = gathered[isOneInput ? 0 : place].snapshots }
        let known = try sliceWidth(surveys)
        if known > width {
            width = known
            gathered = try await gather(readers, isOneInput: isOneInput, width, progress, show)
        }
        try check(gathered, readers, width)
        // Nor are the ends of a log what is in it.
        let suiting = try sliceWidth(gathered.map(Self.span), narrowest(surveys))
        if suiting < width {
            width = suiting
            gathered = try await gather(readers, isOneInput: isOneInput, width, progress, show)
            try check(gathered, readers, width)
        }
        var inputs = try sides(gathered, [before, after], isOneInput: isOneInput)
        inputs.before = inputs.before.coarsened(to: suiting)
        inputs.after = inputs.after.coarsened(to: suiting)
        inputs.history = try history(before, after, suiting).map { $0.coarsened(to: suiting) }
        return inputs
    }

    private func narrowest(_ surveys: [SideReader.Surveyed]) -> Timestamp.Span {
        surveys.compactMap(\.whole.tier).max() ?? .seconds(1)
    }

    private func sliceWidth(_ surveys: [SideReader.Surveyed]) throws(RunFailure) -> Timestamp.Span {
        let width = try sliceWidth(surveys.map(\.whole.span), narrowest(surveys))
        guard slice == nil, !surveys.allSatisfy(\.whole.isCertain) else { return width }
        return max(narrowest(surveys), .seconds(1))
    }

    /// No snapshot was wider than the slices; one that has become so meanwhile cannot be cut.
    private func check(
        _ gathered: [SideReader.Gathered], _ readers: [SideReader], _ width: Timestamp.Span
    ) throws(RunFailure) {
        for (side, reader) in zip(gathered, readers) {
            guard let tier = side.snapshots?.tier, tier > width else { continue }
            throw RunFailure(
                .missingInput,
                "\(reader.request.name): found snapshots of \(tier.shortText), expected slices of "
                    + "\(width.shortText) at most: they have been made coarser since; compare a later stretch, or with "
                    + "wider slices (--slice)")
        }
    }

    private static func span(_ gathered: SideReader.Gathered) -> Timestamp.Span {
        let all = gathered.versions.isEmpty ? [gathered.builder] : Array(gathered.versions.values)
        let events = all.compactMap(\.events)
        guard let first = events.map(\.first).min(), let last = events.map(\.last).max() else { return .zero }
        return last - first
    }

    private func sliceWidth(
        _ spans: [Timestamp.Span], _ narrowest: Timestamp.Span
    ) throws(RunFailure) -> Timestamp.Span {
        guard let slice else { return SliceWidth.suiting(spans, narrowest: narrowest) }
        guard slice >= narrowest else {
            throw RunFailure(
                .missingInput,
                "--slice: found snapshots of \(narrowest.shortText), expected none wider than \(slice.shortText); "
                    + "compare with --slice \(narrowest.shortText.filter { $0 != " " }) or from the logs")
        }
        return slice
    }

    private func gather(
        _ readers: [SideReader], isOneInput: Bool, _ width: Timestamp.Span, _ progress: ReadingProgress,
        _ show: Progress
    ) async throws(RunFailure) -> [SideReader.Gathered] {
        try await each(isOneInput ? [readers[0]] : readers, progress, show) { reader throws(RunFailure) in
            try reader.gather(width: width)
        }
    }

    /// Each side on a thread of its own.
    private func each<Value: Sendable>(
        _ readers: [SideReader], _ progress: ReadingProgress, _ show: Progress,
        _ body: @escaping @Sendable (SideReader) throws(RunFailure) -> Value
    ) async throws(RunFailure) -> [Value] {
        let results = Results<Value>()
        var endings: [AgentThread.Ending] = []
        for (number, reader) in readers.enumerated() {
            endings.append(
                AgentThread.start { results.set(number) { () throws(RunFailure) in try body(reader) } })
        }
        for ending in endings {
            while await !ending.wait(until: .now + .milliseconds(100)) {
                let now = progress.now
                show(now.done, now.all)
            }
        }
        return try results.all()
    }

    private final class Results<Value: Sendable>: Sendable {
        private let results = Mutex<[Int: Result<Value, RunFailure>]>([:])

        func set(_ number: Int, _ body: () throws(RunFailure) -> Value) {
            let result: Result<Value, RunFailure>
            do throws(RunFailure) { result = .success(try body()) } catch { result = .failure(error) }
            results.withLock { $0[number] = result }
        }

        func all() throws(RunFailure) -> [Value] {
            var all: [Value] = []
            for (_, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
                all.append(try result.get())
            }
            return all
        }
    }

    // MARK: Sides

    private func sides(
        _ gathered: [SideReader.Gathered], _ requests: [SideRequest], isOneInput: Bool
    ) throws(RunFailure) -> Inputs {
        var gathered = gathered
        // What one side's paths teach holds on the other.
        let templates = gathered.map { $0.names.learned.templates }
        var coarser: [[NameID: NameID]] = []
        for number in gathered.indices {
            for other in templates.indices where other != number {
                for template in templates[other] { gathered[number].names.learn(template) }
            }
            coarser.append(gathered[number].names.coarsened())
        }
        let builders: [(SideBuilder, Int, String)]
        switch versions {
        case .together:
            builders = [(gathered[0].builder, 0, requests[0].name), (gathered[1].builder, 1, requests[1].name)]
        case .newest, .named:
            builders = try versionBuilders(gathered, requests, isOneInput: isOneInput)
        }
        var windows = builders.map { builder, number, _ in ComparisonRun.windows(builder, requests[number]) }
        if isOneInput, let shared = ComparisonRun.overlap(windows) { windows = [[shared], [shared]] }
        var sides: [Side] = []
        for (place, (builder, number, name)) in builders.enumerated() {
            guard builder.requests > 0 else {
                throw RunFailure(
                    .missingInput, "\(name): no requests there; expected a log or snapshots with requests in that time")
            }
            var side = builder.side(
                named: name, windows: windows[place], names: gathered[number].names, coarser: coarser[number])
            side.marks = requests[number].marks
            side.facts.formats = gathered[number].formats
            side.facts.configuration = requests[number].configuration
            sides.append(side)
        }
        return Inputs(
            before: sides[0], after: sides[1], damages: gathered.flatMap(\.damages),
            unknownCacheWords: gathered.reduce(0) { $0 &+ $1.unknownCacheWords },
            unknownCacheWord: gathered.lazy.compactMap(\.unknownCacheWord).first)
    }

    /// What was asked for, as far as there is something.
    private static func windows(_ builder: SideBuilder, _ request: SideRequest) -> [Side.Window] {
        guard request.from != nil || request.to != nil, let events = builder.events else { return [] }
        let width = builder.width
        let from = request.from ?? events.first.floored(to: width)
        // A live side has no future.
        let last = events.last.floored(to: width) + width
        let to = request.to.map { min($0, last) } ?? last
        return from < to ? [Side.Window(from: from, to: to)] : []
    }

    private static func overlap(_ windows: [[Side.Window]]) -> Side.Window? {
        guard let first = windows[0].first, let second = windows[1].first else { return nil }
        let (from, to) = (max(first.from, second.from), min(first.to, second.to))
        return from < to ? Side.Window(from: from, to: to) : nil
    }

    // MARK: Versions

    private func versionBuilders(
        _ gathered: [SideReader.Gathered], _ requests: [SideRequest], isOneInput: Bool
    ) throws(RunFailure) -> [(SideBuilder, Int, String)] {
        let after = gathered[isOneInput ? 0 : 1]
        var known: [String: SideBuilder] = [:]
        for (version, builder) in after.versions where version != .none { known[after.names[version]] = builder }
        guard !known.isEmpty else {
            throw RunFailure(
                .missingInput,
                "\(requests[1].name): --by version: its lines have no version; expected a field such as version or "
                    + "release")
        }
        func named(_ version: String) throws(RunFailure) -> SideBuilder {
            if let builder = known[version] { return builder }
            throw RunFailure(
                .missingInput,
                "--by version: found no version \(version), expected one of \(known.keys.sorted().joined(separator: ", "))"
            )
        }
        let (old, new): (String, String)
        if case .named(let one, let other) = versions {
            (old, new) = (one, other)
        } else {
            let all = known.values.reduce(UInt64(0)) { $0 &+ $1.requests }
            let present = known.filter { $0.value.requests * 100 >= all }
            let newest = present.sorted { left, right in
                let (first, second) = (left.value.events!.first, right.value.events!.first)
                return first != second ? first < second : left.key < right.key
            }.map(\.key)
            new = newest.last!
            if isOneInput, newest.count < 2 {
                throw RunFailure(
                    .missingInput, "\(requests[1].name): --by version: only version \(new) is there; expected two")
            }
            old = isOneInput ? newest[newest.count - 2] : ""
        }
        let newer = (try named(new), isOneInput ? 0 : 1, "version \(new)")
        if isOneInput { return [(try named(old), 0, "version \(old)"), newer] }
        return [(gathered[0].builder, 0, requests[0].name), newer]
    }

    // MARK: History

    /// The same time of day on earlier days, else stretches of the same length right before BEFORE; of a data directory
    /// only, which may have them.
    private func history(
        _ before: SideRequest, _ after: SideRequest, _ width: Timestamp.Span
    ) throws(RunFailure) -> [Side] {
        guard let from = before.from, let to = before.to, versions == .together,
            (try? fileSystem.metadata(of: FilePath(before.input)))?.kind == .directory
        else { return [] }
        let length = to - from
        guard length < ComparisonRun.longestBefore else { return [] }
        var days: [(Timestamp, Timestamp)] = []
        for day in 1...ComparisonRun.mostHistoryWindows {
            let back = Timestamp.Span(nanoseconds: DataDirectory.day.nanoseconds * Int64(day))
            if Layout.isWeekend(from) == Layout.isWeekend(from - back) { days.append((from - back, to - back)) }
        }
        let matched = try windows(before, days, width)
        if matched.count >= Drift.fewestHistoryWindows { return matched }
        var chain: [(Timestamp, Timestamp)] = []
        for place in 1...ComparisonRun.mostHistoryWindows {
            let back = Timestamp.Span(nanoseconds: length.nanoseconds * Int64(place))
            chain.append((from - back, to - back))
        }
        var consecutive: [Side] = []
        for stretch in chain {
            guard let side = try windows(before, [stretch], width).first else { break }
            consecutive.append(side)
        }
        return consecutive.count >= Drift.fewestChainWindows ? consecutive.reversed() : []
    }

    private func windows(
        _ request: SideRequest, _ stretches: [(Timestamp, Timestamp)], _ width: Timestamp.Span
    ) throws(RunFailure) -> [Side] {
        var sides: [Side] = []
        for (from, to) in stretches {
            var one = request
            (one.from, one.to) = (from, to)
            one.marks = request.marks
            let reader = reader(one, ReadingProgress(), keepsVersions: false)
            let survey = try reader.survey().whole
            // Half a window is none, and one in wider slices cannot be cut.
            guard let first = survey.first, let last = survey.last, survey.tier ?? .zero <= width else { continue }
            let gathered = try reader.gather(width: width)
            guard gathered.snapshots?.tier ?? .zero <= width, let events = gathered.builder.events,
                gathered.builder.requests > 0,
                (events.last - events.first).nanoseconds * 10 >= (last - first).nanoseconds * 9
            else { continue }
            sides.append(
                gathered.builder.side(
                    named: one.name, windows: [Side.Window(from: from, to: to)], names: gathered.names))
        }
        return sides
    }
}
