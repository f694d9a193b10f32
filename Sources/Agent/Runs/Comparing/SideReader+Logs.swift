import Comparison
import Files
import RequestLog
import RollingWindow
import SystemPackage
import Tailing

/// Logs as a side, or as a part of one.
extension SideReader {
    /// Slots that an aggregator may fill before they are packed: half a kilobyte each.
    private static let mostSlots = 1 << 16

    func read(
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

    func read(
        _ log: LogReader, _ name: String, _ names: inout Names, _ gathered: inout Gathered, _ width: Timestamp.Span
    ) throws(RunFailure) {
        var span = EventSpan()
        if let from = request.from { span.from = from }
        if let to = request.to { span.to = to }
        var sink = SideSink(
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

    private func add(_ slice: TimedSlice, _ gathered: inout Gathered) {
        guard keepsVersions else { return gathered.builder.add(slice) }
        for version in Set(slice.slice.series.keys.map(\.version)) {
            if gathered.versions[version] == nil {
                gathered.versions[version] = gathered.builder.emptied(versions: [version])
            }
            gathered.versions[version]!.add(slice)
        }
    }
}
