package import Files
package import RequestLog
import RollingWindow
import SystemPackage
import Tailing

/// What the beginning of a log says about how it is written.
package struct LogRecognition: Sendable {
    package var path: String
    package var recognition: Recognition
    /// What its paths teach, as far as was looked for it.
    package var learnedRoutes: [String] = []

    /// Enough for a hundred lines of any usual length.
    private static let sampleBytes = 256 << 10
    /// Routes are learned from many lines; so much is read in a blink.
    private static let learningBytes: UInt64 = 32 << 20

    /// The logs that the path or glob names now; none is no failure.
    ///
    /// - Parameter pathNames: read on, behind the sample, to see which routes are learned where so many names may stand in
    ///   one place of a path.
    package static func look(
        at pattern: String, _ options: ReaderOptions, _ fileSystem: any FileSystem, learningBy pathNames: Int? = nil
    ) throws(RunFailure) -> [LogRecognition] {
        var looks: [LogRecognition] = []
        do throws(FileError) {
            for path in Glob(pattern).expand(in: fileSystem).paths where try isThere(path, fileSystem) {
                looks.append(try look(at: path, options, fileSystem, pathNames: pathNames))
            }
        } catch {
            if error.errno == .isDirectory {
                throw RunFailure(
                    .wrongConfiguration,
                    "\(error.path): expected a log file, found a directory (for all its logs say '\(error.path)/*')")
            }
            throw RunFailure(input: error)
        }
        return looks
    }

    /// The pattern that matches this path alone, also one with a `[` in it.
    static func literal(_ path: String) -> String {
        path.reduce(into: "") { text, character in
            text += "*?[".contains(character) ? "[\(character)]" : String(character)
        }
    }

    private static func isThere(_ path: FilePath, _ fileSystem: any FileSystem) throws(FileError) -> Bool {
        do throws(FileError) {
            _ = try fileSystem.metadata(of: path)
            return true
        } catch {
            if error.errno == .noSuchFileOrDirectory { return false }
            throw error
        }
    }

    private static func look(
        at path: FilePath, _ options: ReaderOptions, _ fileSystem: any FileSystem, pathNames: Int?
    ) throws(FileError) -> LogRecognition {
        let log = LogReader(FileSource(try fileSystem.open(path, .read)), lineLimitBytes: sampleBytes)
        let learner = pathNames.map { Learner(options, pathNames: $0) }
        var sink = Sample(options: options, learner: learner)
        let most = learner != nil ? learningBytes : UInt64(sampleBytes) * 4
        do throws(GzipError) {
            while learner != nil || !sink.isFull, log.bytesRead < most, try log.readBlock(into: &sink) {}
        } catch {
            if case .source(let error) = error { throw error }
        }
        return LogRecognition(
            path: path.string, recognition: sink.recognition, learnedRoutes: sink.learner?.routes ?? [])
    }

    /// Reads everything as a run would, and keeps the names alone.
    private final class Learner {
        private let intake: LineIntake
        private var names: Names
        private var context = LineContext()
        private var ledger = InputLedger()
        private var aggregator = Aggregator(width: nil)

        init(_ options: ReaderOptions, pathNames: Int) {
            intake = LineIntake(options: options)
            names = Names(pathNames: pathNames)
        }

        func take(_ bytes: UnsafeRawBufferPointer) {
            intake.take(
                bytes, of: &context, from: .none, within: EventSpan(), names: &names, ledger: &ledger,
                into: &aggregator)
        }

        var routes: [String] { names.learned.templates }
    }

    private struct Sample: BlockSink {
        let options: ReaderOptions
        let learner: Learner?
        var recognition = Recognition()
        var context = LineContext()

        var isFull: Bool { recognition.lines >= Recognition.sampleLines }

        mutating func lines(_ bytes: UnsafeRawBufferPointer) {
            learner?.take(bytes)
            if isFull { return }
            var reader = RecordReader(options: options)
            context.begin(bytes, format: options.format)
            reader.arrival = Timestamp(nanoseconds: 0)
            for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) where !isFull {
                if line.isEmpty { continue }
                recognition.observe(reader.explain(line, context: &context, latest: Timestamp(nanoseconds: .max)))
            }
        }

        mutating func overlong(byteCount: UInt64) {}
    }
}
