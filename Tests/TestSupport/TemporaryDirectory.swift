import FoundationEssentials
package import SystemPackage

/// A real directory of one test, gone with everything in it when the test is.
package final class TemporaryDirectory {
    package let path: FilePath

    package init(_ purpose: String) throws {
        path = FilePath(FileManager.default.temporaryDirectory.path).appending(
            "plumbline-\(purpose)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }
}
