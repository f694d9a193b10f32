import RequestLog
import RollingWindow
import Synchronization
import Tailing

/// The thread of a `SecondIntake`, the buffers that wait for it and the tables that it counts in.
final class SecondIntakeThread: Sendable {
    typealias Origin = SecondIntake.Origin

    /// What was counted since the last time, in the names of the thread.
    struct Counted: Sendable {
        /// Texts that are new, in the order of their identifiers; and which of them are made of paths.
        var newNames: [(text: String, isOfPath: Bool)] = []
        /// Of those made of paths the ones that were stated since.
        var statedNames: [(name: NameID, text: String)] = []
        var slices: [TimedSlice] = []
        var logs: [UInt32: SecondIntake.LogCounts] = [:]
        var resolutions: [ReaderOptions: TimeResolution] = [:]
        var unknownCacheWords: UInt64 = 0
    }

    fileprivate final class Place: Sendable {
        let buffer: Mutex<ReadBuffer?> = Mutex(nil)
    }

    fileprivate struct Job: Sendable {
        var place: Int
        var range: Range<Int>
        var origin: Origin
        var number: UInt64
    }

    fileprivate struct Queue {
        var free: [Int]
        var jobs: [Job] = []
        /// The slots are to become slices when nothing is left to read.
        var isDraining = false
        var isStopping = false
    }

    /// What only one thread at a time works with: this one, or the owner while it settles.
    fileprivate struct Tables: ~Copyable {
        var names: Names
        var knownNames = 0
        var knownStated = 0
        var intakes: [ReaderOptions: LineIntake] = [:]
        var aggregator: Aggregator
        var counted = Counted()
    }

    /// Buffers that may wait.
    let depth: Int

    private let places: [Place]
    private let queue: Mutex<Queue>
    private let tables: Mutex<Tables>
    private let wakeUp = WakeUp()

    init(width: Timestamp.Span?, depth: Int, pathNames: Int) {
        self.depth = depth
        places = (0..<depth).map { _ in Place() }
        queue = Mutex(Queue(free: Array(0..<depth)))
        tables = Mutex(Tables(names: Names(pathNames: pathNames), aggregator: Aggregator(width: width)))
    }

    func start() { _ = AgentThread.start { self.run() } }

    func stop() {
        queue.withLock { $0.isStopping = true }
        wakeUp.ring()
    }

    var waiting: Int { queue.withLock { $0.jobs.count } }

    func take(_ range: Range<Int>, in buffer: inout ReadBuffer, of origin: Origin, number: UInt64) -> Bool {
        guard let place = queue.withLock({ $0.free.popLast() }) else { return false }
        var other = places[place].buffer.withLock { $0.take() } ?? buffer.twin()
        swap(&other, &buffer)
        places[place].put(other)
        let wasIdle = queue.withLock { queue in
            queue.jobs.append(Job(place: place, range: range, origin: origin, number: number))
            return queue.jobs.count == 1
        }
        if wasIdle { wakeUp.ring() }
        return true
    }

    /// Has the caller read what has not been begun.
    func takeBack(_ read: (UnsafeRawBufferPointer, Origin, _ number: UInt64) -> Void) {
        while let job = queue.withLock({ $0.jobs.popLast() }) {
            let buffer = places[job.place].buffer.withLock { $0.take() }!
            read(buffer.bytes(job.range), job.origin, job.number)
            free(job.place, buffer)
        }
    }

    func drain() {
        queue.withLock { $0.isDraining = true }
        wakeUp.ring()
    }

    /// Waits for what has been begun.
    func takeCounted() -> Counted {
        tables.withLock { tables in
            queue.withLock { $0.isDraining = false }
            tables.counted.slices += tables.aggregator.drain()
            let new = tables.knownNames..<tables.names.count
            tables.counted.newNames = new.map { (tables.names.texts[$0], tables.names.areOfPaths[$0]) }
            tables.counted.statedNames = tables.names.stated[tables.knownStated...].map { ($0, tables.names[$0]) }
            tables.knownNames = tables.names.count
            tables.knownStated = tables.names.stated.count
            for (options, intake) in tables.intakes { tables.counted.resolutions[options] = intake.resolution }
            tables.counted.unknownCacheWords = tables.intakes.values.reduce(0) { $0 &+ $1.unknownCacheWords }
            let counted = tables.counted
            tables.counted.slices = []
            tables.counted.logs = [:]
            return counted
        }
    }

    private func run() {
        while !queue.withLock({ $0.isStopping }) {
            // A job is taken only by who has the tables: who gets them waits for no job.
            tables.withLock { tables in
                while let job = queue.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) { read(job, &tables) }
                let isDraining = queue.withLock { queue in
                    defer { queue.isDraining = false }
                    return queue.isDraining
                }
                if isDraining { tables.counted.slices += tables.aggregator.drain() }
            }
            wakeUp.wait(nanoseconds: .max)
        }
    }

    private func read(_ job: Job, _ tables: inout Tables) {
        let buffer = places[job.place].buffer.withLock { $0.take() }!
        tables.read(buffer.bytes(job.range), of: job.origin, number: job.number)
        free(job.place, buffer)
    }

    private func free(_ place: Int, _ buffer: consuming ReadBuffer) {
        places[place].put(buffer)
        queue.withLock { $0.free.append(place) }
    }
}

extension SecondIntakeThread.Place {
    func put(_ buffer: consuming ReadBuffer) {
        var buffer: ReadBuffer? = buffer
        self.buffer.withLock { $0 = buffer.take() }
    }
}

extension SecondIntakeThread.Tables {
    mutating func read(_ bytes: UnsafeRawBufferPointer, of origin: SecondIntake.Origin, number: UInt64) {
        let intake = intakes[origin.options] ?? LineIntake(options: origin.options)
        intakes[origin.options] = intake
        var log = counted.logs[origin.log] ?? SecondIntake.LogCounts()
        let badDurations = log.ledger.counts[.badDuration]
        var context = LineContext.free
        intake.take(
            bytes, of: &context, from: names.intern(origin.source), within: origin.span, names: &names,
            ledger: &log.ledger,
            into: &aggregator)
        if log.unitless == nil, log.ledger.counts[.badDuration] > badDurations,
            let finding = intake.unitlessDuration(in: bytes, of: context)
        {
            log.unitless = SecondIntake.Numbered(number: number, value: finding)
        }
        if let word = intake.takeUnknownCacheWord(), log.unknownCacheWord == nil {
            log.unknownCacheWord = SecondIntake.Numbered(number: number, value: word)
        }
        if let rejects = intake.takeRejects() { log.rejects.add(rejects, ofBlock: number) }
        counted.logs[origin.log] = log
        if aggregator.count > Ingest.mostSlots(keepsWindows: false) { counted.slices += aggregator.drain() }
    }
}
