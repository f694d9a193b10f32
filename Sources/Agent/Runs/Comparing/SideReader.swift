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
    /// Everything that was read, not yet a side: what is learned of routes on the other side holds here too.
    struct Gathered: Sendable {
        var builder: SideBuilder
        /// What the snapshots were, now that they have been read.
        var snapshots: SideSurvey?
        /// By version, where versions are compared.
        var versions: [NameID: SideBuilder] = [:]
        var names: Names
        var formats: [String] = []
        var damages: [String] = []
        var unknownCacheWords: UInt64 = 0
        var unknownCacheWord: String?
    }

    let request: SideRequest
    let fileSystem: any FileSystem
    let options: ReaderOptions
    let source: String?
    let keepsVersions: Bool
    let progress: ReadingProgress

    // MARK: Inputs

    enum Input {
        case log(FilePath, size: UInt64)
        case pipe(FilePath)
        case standardInput
        case snapshots(FilePath)
        case directory(FilePath)
    }

    func inputs() throws(RunFailure) -> [Input] {
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

    func snapshotReader(_ inputs: [Input]) throws(RunFailure) -> SnapshotReader? {
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

    // MARK: Reading

    func gather(width: Timestamp.Span) throws(RunFailure) -> Gathered {
        let inputs = try inputs()
        var names = Names()
        var gathered = Gathered(builder: SideBuilder(width: width), names: names)
        if var reader = try snapshotReader(inputs) {
            let primary = try primarySource(&reader, &names)
            gathered.builder = SideBuilder(width: width, source: primary)
            gathered.snapshots = try read(&reader, &names, &gathered, width)
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
}
