import Files
import SystemPackage
import Tailing
import TestSupport

/// Takes down what it is handed.
struct RecordingSink: TailSink {
    struct Opened: Equatable {
        var log: UInt32
        var path: String
        var copyOf: UInt32?
    }

    var text: [String] = []
    var opened: [Opened] = []
    var finished: [UInt32] = []
    var overlong: [UInt64] = []
    var unfinished: [UInt32: UInt64] = [:]
    var skipped: UInt64 = 0
    var lost: [UInt64?] = []
    var problems: [TailProblem.Kind] = []
    var recovered: [String] = []
    var largestBlock = 0
    var bytes: [UInt32: UInt64] = [:]

    mutating func opened(_ log: UInt32, path: FilePath, source: String, copyOf: UInt32?) {
        opened.append(Opened(log: log, path: path.string, copyOf: copyOf))
    }

    mutating func lines(_ bytes: UnsafeRawBufferPointer, of log: UInt32) {
        largestBlock = max(largestBlock, bytes.count)
        self.bytes[log, default: 0] += UInt64(bytes.count)
        var content = bytes.split(separator: 10, omittingEmptySubsequences: false)
        if content.last?.isEmpty == true { content.removeLast() }
        for line in content { text.append(String(decoding: line, as: UTF8.self)) }
        // The promise about readable memory behind the block; a sanitizer would say if it were broken.
        var sum: UInt8 = 0
        for index in 0..<64 { sum &+= bytes.baseAddress!.load(fromByteOffset: bytes.count + index, as: UInt8.self) }
        withExtendedLifetime(sum) {}
    }

    mutating func overlong(byteCount: UInt64, of log: UInt32) {
        overlong.append(byteCount)
        bytes[log, default: 0] += byteCount
    }
    mutating func unfinished(byteCount: UInt64, of log: UInt32) { unfinished[log] = byteCount }
    mutating func skippedAtStart(byteCount: UInt64, of log: UInt32) { skipped += byteCount }
    mutating func lost(byteCount: UInt64?, of log: UInt32, reason: LossReason) { lost.append(byteCount) }
    mutating func finished(_ log: UInt32) { finished.append(log) }
    mutating func problem(_ problem: TailProblem) { problems.append(problem.kind) }
    mutating func recovered(_ path: FilePath) { recovered.append(path.string) }
}

/// A tailer on a simulated disk, with the part of a store that matters here: lines and positions become true together.
final class TailHarness {
    let files = SimulatedFileSystem()
    private(set) var inputs: [TailInput]
    let watcher: SimulatedWatcher?
    var options: TailOptions
    var tailer: Tailer
    /// What has been handed on since the last commit.
    var sink = RecordingSink()
    var committedText: [String] = []
    var committed: [UInt32: LogPosition] = [:]
    var now: Int64 = 0

    init(_ patterns: String..., options: TailOptions = TailOptions(), fromStart: Bool = false, isWatching: Bool = false)
    {
        self.options = options
        inputs = patterns.map { TailInput(pattern: $0, source: "main", fromStart: fromStart) }
        watcher = isWatching ? SimulatedWatcher(files) : nil
        tailer = Tailer(fileSystem: files, inputs: inputs, options: options, watcher: watcher)
    }

    /// All lines that were handed on, in order.
    var lines: [String] { committedText + sink.text }

    func look(budget: Int = .max, looks most: Int = .max) {
        var looks = 0
        while looks < most, tailer.poll(now: now, sink: &sink, budgetBytes: budget).moreReady {
            looks += 1
            precondition(looks < 20_000, "the tailer always wants to look again")
        }
    }

    func pass(seconds: Double) {
        now += Int64(seconds * 1e9)
        files.advanceClock(nanoseconds: Int64(seconds * 1e9))
    }

    /// Long enough for a rotated log to be at its end.
    func settle() {
        look()
        pass(seconds: 11)
        look()
        look()
    }

    func commit() {
        committedText += sink.text
        sink.text = []
        for position in tailer.takeChangedPositions() { committed[position.log] = position }
        tailer.forgetFinished()
    }

    /// The process dies: what was not committed is forgotten.
    func kill() {
        sink.text = []
        var options = options
        options.firstStart = false
        let positions = committed.values.sorted { $0.log < $1.log }
        tailer = Tailer(fileSystem: files, inputs: inputs, resuming: positions, options: options)
    }

    /// Another process comes, with other inputs: it knows what was committed.
    func restart(_ input: TailInput, readsToTheEnd: Bool = false) {
        sink.text = []
        inputs = [input]
        var options = options
        options.readsToTheEnd = readsToTheEnd
        let positions = committed.values.sorted { $0.log < $1.log }
        let sources = Dictionary(uniqueKeysWithValues: positions.map { ($0.log, "main") })
        tailer = Tailer(
            fileSystem: files, inputs: inputs, resuming: positions, sources: sources, options: options)
    }

    /// The first start, as an agent does it that has other things to do before its first look.
    func restart(notingWhatIsThere paths: [FilePath]) {
        options.presentAtStart = [:]
        for path in paths { options.presentAtStart?[path] = try? files.metadata(of: path) }
        tailer = Tailer(fileSystem: files, inputs: inputs, options: options)
    }

    func append(_ lines: [String], to path: FilePath = "/log/a.log") {
        files.write(lines.map { $0 + "\n" }.joined(), to: path)
    }
}

func numbered(_ range: Range<Int>) -> [String] { range.map { "request \($0) of the day" } }
