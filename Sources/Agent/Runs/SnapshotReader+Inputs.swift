import Files
import Snapshots
import Store
import SystemPackage

extension SnapshotReader {
    /// Adds a data directory or a snapshot file, as somebody named it; there must be something in it.
    mutating func add(input: String, _ fileSystem: any FileSystem) throws(RunFailure) {
        let path = FilePath(input)
        let expected = "expected a snapshot file or a data directory (with journal/ or snapshots/)"
        switch try SnapshotReader.kind(of: path, fileSystem) {
        case .directory:
            let isThere: Bool
            do throws(StoreError) { isThere = try add(directory: path) } catch { throw RunFailure(snapshots: error) }
            if !isThere {
                throw RunFailure(.missingInput, "\(path): \(expected), found a directory without snapshots")
            }
        case .snapshots:
            do throws(StoreError) { try add(file: path) } catch { throw RunFailure(snapshots: error) }
        case .otherFile: throw RunFailure(.damagedData, "\(path): \(expected), found a file of another kind")
        case .neither: throw RunFailure(.missingInput, "\(path): \(expected), found neither file nor directory")
        }
    }

    private enum Kind { case directory, snapshots, otherFile, neither }

    private static func kind(of path: FilePath, _ fileSystem: any FileSystem) throws(RunFailure) -> Kind {
        do throws(FileError) {
            switch try fileSystem.metadata(of: path).kind {
            case .directory: return .directory
            case .regular:
                let magic = Array(Frame.Kind.block.rawValue.utf8)
                let beginning = try fileSystem.open(path, .read).bytes(at: 0, count: magic.count)
                return beginning == magic ? .snapshots : .otherFile
            case .other: return .neither
            }
        } catch {
            throw RunFailure(input: error)
        }
    }
}
