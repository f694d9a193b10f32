import Exposition
import Files
import RequestLog
import RollingWindow
import Store
import Synchronization
import SystemPackage

/// Answers questions for metrics over time: of the last minutes from the windows, of older days from the snapshots.
///
/// Ingest only hands over what it has; adding up happens elsewhere. One reader at a time goes through snapshots, on a
/// thread of its own, so that ingest keeps its core.
final class Timelines: Sendable {
    /// Readers of snapshots that may wait for the one before them.
    private static let mostWaiting = 8
    /// To read so many anew leaves more memory behind than the agent has use for.
    private static let manyHours: UInt64 = 4

    private struct Line {
        var isBusy = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let ingest: IngestThread
    private let fileSystem: any FileSystem
    private let directory: FilePath
    /// What is older was rebuilt from slices of ten seconds, which stand in one step of a window each.
    private let started = AgentClock.wall
    private let line = Mutex(Line())
    private let refused = Atomic<UInt64>(0)
    /// Nil while a reader has it.
    private let cache: Mutex<TimelineCache?>
    private let cacheCounts = Mutex(TimelineCache.Counts())

    init(ingest: IngestThread, fileSystem: any FileSystem, directory: FilePath, cacheBytes: Int) {
        self.ingest = ingest
        self.fileSystem = fileSystem
        self.directory = directory
        cache = Mutex(TimelineCache(limitBytes: cacheBytes))
    }

    var incidents: [IncidentCount] {
        let cache = cacheCounts.withLock { $0 }
        return [
            IncidentCount(
                "timeline_refusals", "Questions for old timelines that were refused because too many waited.",
                refused.load(ordering: .relaxed)),
            IncidentCount(
                "timeline_cache_hits", "Hours of timelines that were answered from memory.", cache.hits),
            IncidentCount(
                "timeline_cache_misses", "Hours of timelines of which something had to be read.", cache.misses),
            IncidentCount(
                "timeline_cache_evictions", "Hours of timelines that were not kept in memory, past its limit.",
                cache.evictions),
        ]
    }

    func answer(_ query: TimelineQuery) async throws -> TimelineAnswer {
        switch query.range {
        case .window(let length):
            guard let window = await ingest.source({ _, _ in length }) else { throw TimelineError.busy }
            var to = window.now
            // The step that is filling belongs to it.
            to = max(to, window.content.from + length.step)
            return try answer(query, from: window.content.from, to: to, step: query.step ?? length.timelineStep, window)
        case .stretch(let from, let to):
            let now = AgentClock.wall
            let (from, to) = (from.resolved(now: now), min(to.resolved(now: now), now))
            guard from < to else { throw TimelineError.nothingBetween(from, to) }
            let step = query.step ?? .dividing(to - from, intoAtMost: TimelineLimits.slicesUnasked)
            let window = await ingest.source { _, reachesBack in
                WindowLength.allCases.first { length in
                    reachesBack(length).map { $0 <= from } ?? false && length.step <= max(step.span, .seconds(10))
                }
            }
            guard let window else { return try await old(query, from: from, to: to, step: step) }
            let finest = TimelineStep.allCases.first { $0.span >= window.content.step } ?? step
            return try answer(query, from: from, to: to, step: max(step, finest), window)
        }
    }

    private func answer(
        _ query: TimelineQuery, from: Timestamp, to: Timestamp, step: TimelineStep, _ window: WindowSource
    ) throws -> TimelineAnswer {
        let source = query.source ?? window.names[window.primary]
        guard let sourceID = window.names.find(source) else { throw TimelineError.unknownSource(source) }
        let step = from < started ? max(step, .tenSeconds) : step
        var timeline = try Timelines.empty(query, from: from, to: to, step: step)
        timeline.add(window, source: sourceID, route: query.route, isGrouped: query.grouping != nil)
        let subject = TimelineJSON.Subject(query, source: source, earliest: window.earliest)
        return TimelineAnswer(timeline: timeline, subject: subject, names: window.names)
    }

    private func old(
        _ query: TimelineQuery, from: Timestamp, to: Timestamp, step: TimelineStep
    ) async throws -> TimelineAnswer {
        guard let window = await ingest.source({ _, _ in .oneMinute }) else { throw TimelineError.busy }
        let source = query.source ?? window.names[window.primary]
        guard window.names.find(source) != nil else { throw TimelineError.unknownSource(source) }
        let step = max(step, .tenSeconds)
        let empty = try Timelines.empty(query, from: from, to: to, step: step)
        try await enter()
        defer { leave() }
        let isCancelled = Cancelled()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                _ = AgentThread.start { [self] in
                    var snapshots = SnapshotSource(
                        fileSystem: fileSystem, directory: directory, names: window.names)
                    var timeline = empty
                    do throws(StoreError) {
                        let earliest = try readKeeping(&snapshots) { (snapshots, cache) throws(StoreError) in
                            try snapshots.read(
                                into: &timeline, source: source, route: query.route, cache: &cache,
                                while: { !isCancelled.value })
                        }
                        let subject = TimelineJSON.Subject(query, source: source, earliest: earliest)
                        continuation.resume(
                            returning: TimelineAnswer(timeline: timeline, subject: subject, names: snapshots.names))
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            }
        } onCancel: {
            isCancelled.value = true
        }
    }

    /// There is one reader at a time, so the cache is here.
    private func readKeeping<Value>(
        _ snapshots: inout SnapshotSource,
        _ read: (inout SnapshotSource, inout TimelineCache) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        guard var cache = cache.withLock({ $0.take() }) else { preconditionFailure("two readers of old timelines") }
        let misses = cache.counts.misses
        defer {
            if cache.counts.misses >= misses + Timelines.manyHours { SpareMemory.giveBack() }
            cacheCounts.withLock { $0 = cache.counts }
            self.cache.withLock { $0 = cache }
        }
        return try read(&snapshots, &cache)
    }

    private static func empty(
        _ query: TimelineQuery, from: Timestamp, to: Timestamp, step: TimelineStep
    ) throws(TimelineError) -> Timeline {
        let count = (to - from).nanoseconds / step.span.nanoseconds + 2
        guard count <= TimelineLimits.slices else { throw .tooManySlices(Int(count), of: step) }
        return Timeline(from: from, to: to, step: step, by: query.grouping)
    }

    // MARK: One after the other

    private func enter() async throws(TimelineError) {
        let isFull = line.withLock { $0.waiting.count >= Timelines.mostWaiting }
        guard !isFull else {
            refused.wrappingAdd(1, ordering: .relaxed)
            throw .busy
        }
        await withCheckedContinuation { continuation in
            let isFirst = line.withLock { line in
                if line.isBusy { line.waiting.append(continuation) }
                defer { line.isBusy = true }
                return !line.isBusy
            }
            if isFirst { continuation.resume() }
        }
    }

    private func leave() {
        let next: CheckedContinuation<Void, Never>? = line.withLock { line in
            guard !line.waiting.isEmpty else {
                line.isBusy = false
                return nil
            }
            return line.waiting.removeFirst()
        }
        next?.resume()
    }

    private final class Cancelled: Sendable {
        private let flag = Atomic<Bool>(false)

        var value: Bool {
            get { flag.load(ordering: .relaxed) }
            set { flag.store(newValue, ordering: .relaxed) }
        }
    }
}

extension TimelineJSON.Subject {
    fileprivate init(_ query: TimelineQuery, source: String, earliest: Timestamp?) {
        self.init(
            source: source, route: query.route, grouping: query.grouping, hasHistograms: query.hasHistograms,
            earliest: earliest)
    }
}

extension WindowLength {
    fileprivate var timelineStep: TimelineStep {
        switch self {
        case .oneMinute: .oneSecond
        case .fiveMinutes: .fiveSeconds
        case .fifteenMinutes: .tenSeconds
        case .oneHour: .oneMinute
        }
    }
}
