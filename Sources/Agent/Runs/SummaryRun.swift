package import Comparison
package import Files
package import RequestLog
package import RollingWindow
import Snapshots
import Store
import SystemPackage
package import Tailing

/// Everything in some inputs, added up once: what `plumbline summary` shows.
///
/// An input is a log (plain or gzip, by content), a snapshot file, a data directory, or `-` for standard input. There
/// is no limit on series but memory, so the result does not depend on the order of lines.
package final class SummaryRun {
    package struct Result: Sendable {
        package var view: SeriesView
        /// Of the primary source.
        package var insights: Insights
        package var ledger: Ledger
        /// Places in snapshots that could not be read, one line each.
        package var damages: [String]
        /// A duration whose unit no line tells: it must be configured.
        package var unitless: LineExplanation.Finding?
        /// The input that has it.
        package var unitlessInput: String?
        /// Values of the cache field that no vocabulary knows, and the first of them.
        package var unknownCacheWords: UInt64
        package var unknownCacheWord: String?

        /// The unit of the durations may be another one.
        package var durationDoubt: DurationDoubt? {
            var all = Durations()
            for cell in view.series.values { all.add(cell.durations) }
            return DurationDoubt(
                median: all.quantile(0.5).flatMap { Int64(exactly: ($0 * 1e9).rounded()) },
                longest: all.total.count > 0 ? all.extremes.max : nil)
        }
    }

    /// Called now and then: the input, bytes done, bytes in all (nil for a pipe).
    package typealias Progress = (_ input: String, _ done: UInt64, _ all: UInt64?) -> Void

    /// To look at a line by itself is slow; a log full of negative durations must not be.
    private static let mostExaminedBlocks = 64

    private static let unknownTime = Timestamp(nanoseconds: .min)

    /// Buffers that may wait for the second thread.
    private static let secondDepth = 8

    enum Part {
        case log(Ledger.Input)
        case store(StoreID)
    }

    let fileSystem: any FileSystem
    private(set) var span: EventSpan
    var names: Names
    /// What the ledger is made of, in the order in which it was met.
    var parts: [Part] = []
    var damages: [String] = []
    var primary: NameID?
    /// All snapshots together: what stands in several of them counts once.
    var snapshots: SnapshotReader
    private let source: NameID
    private let lineLimitBytes: Int
    private let intake: LineIntake
    private var second: SecondIntake?
    /// Of logs, so far.
    private var blocks: UInt64 = 0
    private var unknownCacheWords: UInt64 = 0
    /// The first one, and the number of its block.
    private var unknownCacheWord: SecondIntake.Numbered<String>?
    private var aggregator = Aggregator(width: nil)
    private var current = InputLedger()
    /// Of the log at hand.
    private var context = LineContext()
    private var unitless: SecondIntake.Numbered<LineExplanation.Finding>?
    private var unitlessInput: String?
    private var rejects = RejectSamples()
    /// Blocks whose bad durations were looked at one by one.
    private var examinedBlocks = 0
    private var series: [SeriesKey: Cell] = [:]
    /// A format without times: when its requests were, nobody can say.
    private var hasTimelessLines = false
    private var coarser: [NameID: NameID] = [:]
    /// What the slices of snapshots tell, where there is nothing but snapshots.
    var sliced: InsightEvidence?
    private var firstEvent: Timestamp?
    private var lastEvent: Timestamp?

    /// - Parameters:
    ///   - source: the name under which logs are counted; snapshots know theirs.
    ///   - pathNames: in one place of a path, before they are one parameter.
    package init(
        fileSystem: any FileSystem, source: String = "main", options: ReaderOptions = ReaderOptions(),
        span: EventSpan = EventSpan(), lineLimitBytes: Int = 1 << 20,
        threads: Int = Processors.allowed(), pathNames: Int = Names.defaultPathNames
    ) {
        self.fileSystem = fileSystem
        names = Names(pathNames: pathNames)
        snapshots = SnapshotReader(fileSystem)
        self.span = span
        if !span.isLimited { self.span.arrival = SummaryRun.unknownTime }
        self.lineLimitBytes = lineLimitBytes
        self.source = names.intern(source)
        intake = LineIntake(options: options)
        if threads > 1 {
            second = SecondIntake(width: nil, depth: SummaryRun.secondDepth, pathNames: names.learned.limit)
        }
    }

    package func run(_ inputs: [String], progress: Progress) throws(RunFailure) -> Result {
        for input in inputs { try read(input, progress) }
        for slice in aggregator.drain() { add(slice) }
        try readSnapshots()
        coarser = names.coarsened()
        series = series.rerouted(coarser)
        var ledger = Ledger(inputs: parts.flatMap(entries))
        ledger.rejects = rejects
        let source = primary ?? likelyPrimary
        return Result(
            view: SeriesView(
                from: hasTimelessLines ? nil : firstEvent, to: hasTimelessLines ? nil : lastEvent, primary: source,
                names: names, series: series),
            insights: Insights(evidence(of: source), names: names), ledger: ledger, damages: damages,
            unitless: unitless?.value,
            unitlessInput: unitlessInput,
            unknownCacheWords: intake.unknownCacheWords &+ unknownCacheWords,
            unknownCacheWord: unknownCacheWord?.value)
    }

    /// Logs alone are one slice, which has distributions but does not move; snapshots have what their slices tell.
    private func evidence(of source: NameID) -> InsightEvidence {
        if let sliced, sliced.source == source { return sliced.rerouted(coarser) }
        var evidence = InsightEvidence(source: source)
        evidence.add(Slice(start: Timestamp(nanoseconds: 0), width: .zero, series: series))
        return evidence
    }

    /// Of snapshots that do not say: the source that was asked for, or else the first by name.
    private var likelyPrimary: NameID {
        let sources = Set(series.keys.map(\.source))
        return sources.contains(source) ? source : sources.min { names[$0] < names[$1] } ?? source
    }

    private func read(_ input: String, _ progress: Progress) throws(RunFailure) {
        if input == "-" {
            let pipe = DescriptorSource(0, name: "standard input")
            return try readLog(LogReader(pipe, lineLimitBytes: lineLimitBytes), input, size: nil, progress)
        }
        let path = FilePath(input)
        let file: any OpenFile
        let size: UInt64
        let isSnapshots: Bool
        do throws(FileError) {
            let metadata = try fileSystem.metadata(of: path)
            size = metadata.size
            guard metadata.kind != .directory else { throw FileError(.open, path, .isDirectory) }
            guard metadata.kind == .regular else { throw FileError(.open, path, .illegalSeek) }
            file = try fileSystem.open(path, .read)
            isSnapshots = try SummaryRun.isSnapshotFile(file)
        } catch {
            if error.errno == .isDirectory { return try readDirectory(path) }
            if error.errno == .illegalSeek { return try readPipe(path, progress) }
            throw RunFailure(input: error)
        }
        if isSnapshots { return try readSnapshotFile(path) }
        try readLog(LogReader(FileSource(file), lineLimitBytes: lineLimitBytes), input, size: size, progress)
    }

    /// A FIFO, such as a shell makes for `<(zcat old.gz)`: read as standard input is.
    private func readPipe(_ path: FilePath, _ progress: Progress) throws(RunFailure) {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        } catch {
            throw RunFailure(input: FileError(.open, path, error as? Errno ?? .ioError))
        }
        defer { try? descriptor.close() }
        let pipe = DescriptorSource(descriptor.rawValue, name: path)
        try readLog(LogReader(pipe, lineLimitBytes: lineLimitBytes), path.string, size: nil, progress)
    }

    private func readLog(
        _ log: LogReader, _ name: String, size: UInt64?, _ progress: Progress
    ) throws(RunFailure) {
        current = InputLedger()
        context = LineContext()
        let wasUnitless = unitless != nil
        primary = primary ?? source
        defer {
            settle()
            parts.append(.log(Ledger.Input(path: name, source: names[source], ledger: current)))
            if !wasUnitless, unitless != nil { unitlessInput = name }
        }
        var sink = self
        var blocks = 0
        do throws(GzipError) {
            while try log.readBlock(into: &sink) {
                blocks += 1
                if blocks.isMultiple(of: 64) { progress(name, log.inputBytesRead, size) }
            }
        } catch {
            throw RunFailure(log: name, error)
        }
    }

    private func entries(of part: Part) -> [Ledger.Input] {
        switch part {
        case .log(let input): [input]
        case .store(let storeID): entries(of: storeID)
        }
    }

    func add(_ slice: TimedSlice) {
        for (key, cell) in slice.slice.series { series[key, default: Cell()].add(cell) }
        guard slice.firstEvent <= slice.lastEvent else { return }
        if slice.firstEvent == SummaryRun.unknownTime { hasTimelessLines = true }
        firstEvent = min(firstEvent ?? slice.firstEvent, slice.firstEvent)
        lastEvent = max(lastEvent ?? slice.lastEvent, slice.lastEvent)
    }
}

extension SummaryRun: BlockSink {
    package func lines(_ bytes: UnsafeRawBufferPointer, in buffer: inout ReadBuffer) {
        blocks += 1
        let origin = SecondIntake.Origin(log: 0, source: names[source], options: intake.options, span: span)
        let mustWait = context.mustWait(bytes, under: intake.options)
        if let second, !mustWait, second.take(bytes, in: &buffer, of: origin, number: blocks) { return }
        take(bytes, number: blocks)
    }

    package func lines(_ bytes: UnsafeRawBufferPointer) {
        blocks += 1
        take(bytes, number: blocks)
    }

    private func take(_ bytes: UnsafeRawBufferPointer, number: UInt64) {
        let rejectedBefore = current.counts[.badDuration]
        intake.take(bytes, of: &context, from: source, within: span, names: &names, ledger: &current, into: &aggregator)
        if let word = intake.takeUnknownCacheWord() {
            note(SecondIntake.Numbered(number: number, value: word), in: &unknownCacheWord)
        }
        if let found = intake.takeRejects() { rejects.add(found, ofBlock: number) }
        // Lines may be refused for one missing word of configuration, which nobody would see in a sum without them.
        if unitless == nil || number < unitless!.number, current.counts[.badDuration] > rejectedBefore,
            examinedBlocks < SummaryRun.mostExaminedBlocks
        {
            examinedBlocks += 1
            if let finding = intake.unitlessDuration(in: bytes, of: context) {
                note(SecondIntake.Numbered(number: number, value: finding), in: &unitless)
            }
        }
    }

    /// What the second thread has counted of the log.
    private func settle() {
        guard let second else { return }
        second.takeBack { bytes, _, number in take(bytes, number: number) }
        let delivery = second.settle(names: &names)
        for slice in delivery.slices { add(slice) }
        unknownCacheWords = delivery.unknownCacheWords
        for counted in delivery.logs.values {
            current.add(counted.ledger)
            if let word = counted.unknownCacheWord { note(word, in: &unknownCacheWord) }
            if let finding = counted.unitless { note(finding, in: &unitless) }
            rejects.add(counted.rejects)
        }
    }

    /// Of two findings the first in the log counts, whoever has met it.
    private func note<Value>(
        _ found: SecondIntake.Numbered<Value>, in first: inout SecondIntake.Numbered<Value>?
    ) {
        if first == nil || found.number < first!.number { first = found }
    }

    package func overlong(byteCount: UInt64) { LineIntake.pass(over: byteCount, ledger: &current) }
}

extension RunFailure {
    init(input error: FileError) {
        switch error.errno {
        case .noSuchFileOrDirectory, .notDirectory: self.init(.missingInput, "\(error.path): no such file or directory")
        default: self.init(.missingInput, "\(error); expected a log, a snapshot file or a data directory")
        }
    }

    init(log name: String, _ error: GzipError) {
        switch error {
        case .source(let error): self.init(input: error)
        case .truncated(let offset):
            self.init(.damagedData, "\(name): offset \(offset): the gzip content ends early; expected a trailer")
        case .damaged(let offset):
            self.init(.damagedData, "\(name): offset \(offset): damaged gzip content; nothing behind it was read")
        }
    }
}
