import Foundation
import SystemPackage

/// A directory of one test, gone when the test is.
struct Workplace: Sendable {
    let path: FilePath

    var data: FilePath { path.appending("data") }

    func file(_ name: String) -> FilePath { path.appending(name) }

    @discardableResult
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> FilePath {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name).string))
        return file(name)
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> FilePath { try write(name, text.utf8) }

    func append(_ name: String, _ text: String) throws {
        let file = try FileDescriptor.open(
            file(name), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }

    func rename(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: file(name).string, toPath: file(other).string)
    }
}

func withWorkplace<Result>(_ body: (Workplace) async throws -> Result) async throws -> Result {
    let path = FilePath(NSTemporaryDirectory()).appending("plumbline-e2e-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    return try await body(Workplace(path: path))
}
