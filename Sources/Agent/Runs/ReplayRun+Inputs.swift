package import Files
package import RequestLog
package import SystemPackage
import Tailing

/// Which logs are replayed, and whether they can be: told before anything is counted.
///
/// What was counted in a wrong reading would be known, and could not be counted again.
extension ReplayRun {
    /// The logs that are named, by paths or globs, without the empty ones; all must be there.
    package static func logs(_ inputs: [String], _ fileSystem: any FileSystem) throws(RunFailure) -> [FilePath] {
        var logs: [FilePath] = []
        var known: Set<FilePath> = []
        for input in inputs {
            let isLiteral = (try? fileSystem.metadata(of: FilePath(input))) != nil
            let found = isLiteral ? [FilePath(input)] : Glob(input).expand(in: fileSystem).paths
            guard !found.isEmpty else { throw RunFailure(.missingInput, "\(input): no log matches") }
            for path in found where try size(of: path, fileSystem) > 0 && known.insert(path).inserted {
                logs.append(path)
            }
        }
        return logs
    }

    /// Looks at the beginning of each; one of which no line is understood is refused.
    package static func recognise(
        _ logs: [FilePath], _ options: ReaderOptions, _ fileSystem: any FileSystem
    ) throws(RunFailure) -> [LogRecognition] {
        var looks: [LogRecognition] = []
        for log in logs {
            let found = try LogRecognition.look(at: LogRecognition.literal(log.string), options, fileSystem)
            for look in found {
                let recognition = look.recognition
                if recognition.unitless == nil, recognition.accepted == 0, let reject = recognition.rejects.values.first
                {
                    throw RunFailure(
                        .damagedData,
                        "\(log): no line is understood, the first because: \(reject.first.text); expected one JSON "
                            + "object a line with a time and a status (plumbline check LOG says more); nothing was "
                            + "counted, safe to try again")
                }
                looks.append(look)
            }
        }
        return looks
    }

    private static func size(of path: FilePath, _ fileSystem: any FileSystem) throws(RunFailure) -> UInt64 {
        do throws(FileError) {
            let metadata = try fileSystem.metadata(of: path)
            switch metadata.kind {
            case .regular:
                _ = try fileSystem.open(path, .read)
                return metadata.size
            case .directory:
                throw FileError(.open, path, .isDirectory)
            case .other:
                throw FileError(.open, path, .illegalSeek)
            }
        } catch {
            switch error.errno {
            case .isDirectory:
                throw RunFailure(
                    .missingInput,
                    "\(path): expected a log file, found a directory (for all its logs say '\(path)/*')")
            case .illegalSeek:
                throw RunFailure(
                    .missingInput,
                    "\(path): expected a regular file, found a pipe or a device, in which nothing can be found again")
            default: throw RunFailure(input: error)
            }
        }
    }
}
