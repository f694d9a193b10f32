import Comparison
import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import Tailing

/// Reads what one side is made of, with names of its own, so that two of them can read at the same time.
struct SideReader {
    /// What a look at the beginning and the end of an input tells.
    struct Survey {
        var first: Timestamp?
        var last: Timestamp?
        /// The widest slices of its snapshots; nil: logs.
        var tier: Timestamp.Span?
        /// The ends are known without reading it all.
        var isCertain = true

        mutating func add(_ other: Survey) {
            if let start = other.first { first = min(first ?? start, start) }
            if let end = other.last { last = max(last ?? end, end) }
            if let width = other.tier { tier = max(tier ?? width, width) }
            isCertain = isCertain && other.isCertain
        }
    }

    /// Everything that was read, not yet a side: what is learned of routes on the other side holds here too.
    struct Gathered: Sendable {
        var builder: SideBuilder
        /// By version, where versions are compared.
        var versions: [NameID: SideBuilder] = [:]
        var names: Names
        var formats: [String] = []
        var damages: [String] = []
        var unknownCacheWords: UInt64 = 0
        var unknownCacheWord: String?
    }

    /// Slots that an aggregator may fill before they are packed: half a kilobyte each.
    private static let mostSlots = 1 << 16

    let request: SideRequest
    let fileSystem: any FileSystem
    let options: ReaderOptions
    let source: String?
    let keepsVersions: Bool
    let progress: ReadingProgress

    // MARK: Inputs

    private enum Input {
        case log(FilePath, size: UInt64)
        case pipe(FilePath)
        case standardInput
        case snapshots(FilePath)
        case directory(FilePath)
    }

    private func inputs() throws(RunFailure) -> [Input] {
        if request.input == "-" { return [.standardInput] }
        let glob = Glob(request.input)
        var paths = glob.isLiteral ? [FilePath(request.input)] : glob.expand(in: fileSystem).paths
        // A name with a wildcard in it that is there as it stands.
        if paths.isEmpty, (try? fileSystem.metadata(of: FilePath(request.input))) != nil {
            paths = [FilePath(request.input)]
        }
        guard !paths.isEmpty else { throw RunFailure(.missingInput, "\(request.input): no file matches") }
        var inputs: [Input] = []
        for path in paths { inputs.append(try input(at: path)) }
        return inputs
    }

    private func input(at path: FilePath) throws(RunFailure) -> Input {
        do throws(FileError) {
            let metadata = try fileSystem.metadata(of: path)
            switch metadata.kind {
            case .directory: return .directory(path)
            case .regular:
                let file = try fileSystem.open(path, .read)
                return try SummaryRun.isSnapshotFile(file) ? .snapshots(path) : .log(path, size: metadata.size)
            default: return .pipe(path)
            }
        } catch {
            throw RunFailure(input: error)
        }
    }

    private func snapshotReader(_ inputs: [Input]) throws(RunFailure) -> SnapshotReader? {
        var reader = SnapshotReader(fileSystem)
        var isUsed = false
        for input in inputs {
            switch input {
            case .snapshots(let path), .directory(let path):
                try reader.add(input: path.string, fileSystem)
                isUsed = true
            case .log, .pipe, .standardInput: break
            }
        }
        return isUsed ? reader : nil
    }

    // MARK: Survey

    func survey() throws(RunFailure) -> Survey {
        let inputs = try inputs()
        var survey = Survey()
        if var reader = try snapshotReader(inputs) { survey.add(try self.survey(&reader)) }
        for input in inputs {
            switch input {
            case .log(let path, let size): survey.add(self.survey(log: path, size))
            case .pipe, .standardInput: survey.isCertain = false
            case .snapshots, .directory: break
            }
        }
        if let from = request.from { survey.first = from }
        if let to = request.to { survey.last = to }
        return survey
    }

    private func survey(_ reader: inout SnapshotReader) throws(RunFailure) -> Survey {
        var survey = Survey(tier: .zero)
        do throws(StoreError) {
            for hour in reader.hours {
                if let from = request.from, hour + DataDirectory.day <= from { continue }
                if let to = request.to, hour >= to { continue }
                for frame in try reader.counted(in: hour, from: request.from, to: request.to) {
                    guard let header = try? BlockHeader(frame), isWanted(header.stretch) else { continue }
                    survey.add(
                        Survey(first: header.firstEvent, last: header.lastEvent, tier: header.stretch.width))
                }
            }
        } catch {
            throw RunFailure(snapshots: error)
        }
        return survey
    }

    private func isWanted(_ stretch: Stretch) -> Bool {
        (request.from.map { stretch.start >= $0 } ?? true) && (request.to.map { stretch.start < $0 } ?? true)
    }

    private static let sampleBytes = 64 << 10

    /// The times of the first and the last lines; not to be had of what is compressed.
    private func survey(log path: FilePath, _ size: UInt64) -> Survey {
        guard request.from == nil || request.to == nil else { return Survey() }
        guard let file = try? fileSystem.open(path, .read),
            let head = try? file.bytes(at: 0, count: SideReader.sampleBytes), head.prefix(2) != [0x1f, 0x8b],
            let first = times(in: head, from: 0, isWhole: UInt64(head.count) >= size)
        else { return Survey(isCertain: false) }
        var survey = Survey(first: first.first, last: first.last)
        guard UInt64(head.count) < size else { return survey }
        let start = size - UInt64(SideReader.sampleBytes)
        guard let tail = try? file.bytes(at: start, count: SideReader.sampleBytes),
            let last = times(in: tail, from: (tail.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1, isWhole: true)
        else { return Survey(isCertain: false) }
        survey.add(Survey(first: last.first, last: last.last))
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

    // MARK: Reading

    func gather(width: Timestamp.Span) throws(RunFailure) -> Gathered {
        let inputs = try inputs()
        var names = Names()
        var gathered = Gathered(builder: SideBuilder(width: width), names: names)
        if var reader = try snapshotReader(inputs) {
            let primary = try primarySource(&reader, &names)
            gathered.builder = SideBuilder(width: width, source: primary)
            try read(&reader, &names, &gathered, width)
            gathered.damages = reader.damages.map { "\($0)" }
        }
        for input in inputs {
            switch input {
            case .log(let path, let size):
                progress.expect(size)
                try read(log: path, &names, &gathered, width)
            case .pipe(let path):
                let pipe: DescriptorSource
                do {
                    let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
                    pipe = DescriptorSource(descriptor.rawValue, name: path)
                } catch {
                    throw RunFailure(input: FileError(.open, path, error as? Errno ?? .ioError))
                }
                try read(LogReader(pipe), path.string, &names, &gathered, width)
            case .standardInput:
                try read(
                    LogReader(DescriptorSource(0, name: "standard input")), "standard input", &names, &gathered, width)
            case .snapshots, .directory: break
            }
        }
        gathered.names = names
        return gathered
    }

    /// Sources are never added together: the one that was asked for, or the one that the agent calls primary.
    private func primarySource(_ reader: inout SnapshotReader, _ names: inout Names) throws(RunFailure) -> NameID {
        if let source { return names.intern(source) }
        if let text = reader.extras["primary"] { return names.intern(String(decoding: text, as: UTF8.self)) }
        var sources: Set<NameID> = []
        do throws(StoreError) {
            for hour in reader.hours where sources.isEmpty {
                for frame in try reader.counted(in: hour, from: request.from, to: request.to) {
                    guard let block = try? SnapshotBlock.decode(frame, names: &names) else { continue }
                    sources.formUnion(block.series.keys.map(\.source))
                }
            }
        } catch {
            throw RunFailure(snapshots: error)
        }
        let main = names.intern("main")
        return sources.contains(main) ? main : sources.min { names[$0] < names[$1] } ?? main
    }

    private func read(
        _ reader: inout SnapshotReader, _ names: inout Names, _ gathered: inout Gathered, _ width: Timestamp.Span
    ) throws(RunFailure) {
        var tooWide: Timestamp.Span?
        do throws(StoreError) {
            try reader.forEachBlock(from: request.from, to: request.to, .finest, names: &names) { block in
                guard isWanted(block.header.stretch) else { return }
                guard block.header.stretch.width <= width else {
                    tooWide = max(tooWide ?? .zero, block.header.stretch.width)
                    return
                }
                let slice = TimedSlice(
                    slice: block.slice, firstEvent: block.header.firstEvent, lastEvent: block.header.lastEvent)
                add(slice, &gathered)
            }
        } catch {
            throw RunFailure(snapshots: error)
        }
        if let tooWide {
            throw RunFailure(
                .missingInput,
                "\(request.name): found snapshots of \(tooWide.shortText), expected slices of \(width.shortText) at "
                    + "most: they have been made coarser since; compare a later stretch, or with wider slices (--slice)"
            )
        }
    }

    private func add(_ slice: TimedSlice, _ gathered: inout Gathered) {
        guard keepsVersions else { return gathered.builder.add(slice) }
        for version in Set(slice.slice.series.keys.map(\.version)) {
            if gathered.versions[version] == nil {
                gathered.versions[version] = gathered.builder.emptied(versions: [version])
            }
            gathered.versions[version]!.add(slice)
        }
    }

    private func read(
        log path: FilePath, _ names: inout Names, _ gathered: inout Gathered, _ width: Timestamp.Span
    ) throws(RunFailure) {
        let file: any OpenFile
        do throws(FileError) { file = try fileSystem.open(path, .read) } catch { throw RunFailure(input: error) }
        if let looks = try? LogRecognition.look(at: LogRecognition.literal(path.string), options, fileSystem),
            let format = looks.first?.recognition.formats.max(by: { $0.value < $1.value })?.key,
            !gathered.formats.contains(format.description)
        {
            gathered.formats.append(format.description)
        }
        try read(LogReader(FileSource(file)), path.string, &names, &gathered, width)
    }

    private func read(
        _ log: LogReader, _ name: String, _ names: inout Names, _ gathered: inout Gathered, _ width: Timestamp.Span
    ) throws(RunFailure) {
        var span = EventSpan()
        if let from = request.from { span.from = from }
        if let to = request.to { span.to = to }
        var sink = Sink(
            intake: LineIntake(options: options), span: span, source: names.intern(source ?? "main"), names: names,
            aggregator: Aggregator(width: width))
        var read: UInt64 = 0
        do throws(GzipError) {
            while try log.readBlock(into: &sink) {
                progress.advance(by: log.inputBytesRead - read)
                read = log.inputBytesRead
                guard sink.aggregator.count > SideReader.mostSlots else { continue }
                for slice in sink.aggregator.drain() { add(slice, &gathered) }
            }
        } catch {
            throw RunFailure(log: name, error)
        }
        for slice in sink.aggregator.drain() { add(slice, &gathered) }
        names = sink.names
        gathered.unknownCacheWords &+= sink.intake.unknownCacheWords
        gathered.unknownCacheWord = gathered.unknownCacheWord ?? sink.intake.takeUnknownCacheWord()
        try sink.check(name)
    }

    /// Lines into slices.
    private final class Sink: BlockSink {
        let intake: LineIntake
        let span: EventSpan
        let source: NameID
        var names: Names
        var aggregator: Aggregator
        var context = LineContext()
        var ledger = InputLedger()
        var unitless: LineExplanation.Finding?

        init(intake: LineIntake, span: EventSpan, source: NameID, names: Names, aggregator: consuming Aggregator) {
            self.intake = intake
            self.span = span
            self.source = source
            self.names = names
            self.aggregator = aggregator
        }

        func lines(_ bytes: UnsafeRawBufferPointer) {
            let before = ledger.counts[.badDuration]
            intake.take(
                bytes, of: &context, from: source, within: span, names: &names, ledger: &ledger, into: &aggregator)
            if unitless == nil, ledger.counts[.badDuration] > before, before == 0 {
                unitless = intake.unitlessDuration(in: bytes, of: context)
            }
        }

        func overlong(byteCount: UInt64) { LineIntake.pass(over: byteCount, ledger: &ledger) }

        /// What would make a side of nothing, or of half of its requests, is an error.
        func check(_ name: String) throws(RunFailure) {
            if let unitless {
                throw RunFailure(
                    .wrongConfiguration,
                    "\(name): \(unitless.key): expected a duration with a unit, found \(unitless.written): say s, ms or "
                        + "us with --duration-unit; nothing was compared, safe to try again")
            }
            let counts = ledger.counts
            guard counts.accepted == 0, counts.rejected > 0 else { return }
            if counts[.missingTime] > counts.rejected / 2 {
                throw RunFailure(
                    .damagedData,
                    "\(name): its lines have no time, and requests are compared by when they happened; expected a log "
                        + "with times")
            }
            throw RunFailure(
                .damagedData,
                "\(name): no line was understood: \(counts.rejected) of \(counts.lines) rejected; expected lines of a "
                    + "known format with a time and a status (plumbline check \(name) says more)")
        }
    }
}
