import Foundation
import Subprocess
import SystemPackage
import Testing

/// The Python side: the service, the driver and the oracle of `Service/`.
enum Python {
    static let service = packageRoot.appending("Tests/EndToEndTests/Service")

    /// The interpreter of the environment that `setup.sh` makes.
    static func path() throws -> FilePath {
        let home = ProcessInfo.processInfo.environment["PLUMBLINE_E2E"].map { FilePath($0) }
        let path = (home ?? packageRoot.appending(".build-e2e")).appending("venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: path.string) else {
            throw Missing("no Python environment at \(path): `make test` makes it (Tests/EndToEndTests/setup.sh)")
        }
        return path
    }

    static func run(_ script: String, _ arguments: [String]) async throws -> Plumbline.Finished {
        try await runProgram(
            path(), [service.appending(script).string] + arguments,
            environment: .inherit.updating(["PYTHONDONTWRITEBYTECODE": "1"]))
    }
}

/// What the numbers must be, by `expect.py`: computed from the log lines alone.
struct Oracle: Sendable {
    let expected: FilePath

    /// - Parameter logs: source and log.
    static func count(_ logs: [(source: String, log: FilePath)], in place: Workplace) async throws -> Oracle {
        let oracle = Oracle(expected: place.file("expected-\(UUID().uuidString).json"))
        let pairs = logs.map { "\($0.source)=\($0.log)" }
        let finished = try await Python.run("expect.py", ["count"] + pairs + ["--out", oracle.expected.string])
        guard finished.exitCode == 0 else { throw Missing("a count of \(pairs): \(finished.error)") }
        return oracle
    }

    /// Compares a document with the expectation; every difference is in the message.
    func check(
        _ verb: String, _ document: String, in place: Workplace, _ options: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let file = try place.write("checked-\(UUID().uuidString)", document)
        try await Oracle.expect([verb, expected.string, file.string] + options, sourceLocation: sourceLocation)
    }

    /// Compares two summaries field by field, below the given keys.
    static func same(
        _ first: String, _ second: String, below keys: [String], in place: Workplace,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let files = try [first, second].map { try place.write("same-\(UUID().uuidString)", $0).string }
        try await expect(["same"] + files + keys, sourceLocation: sourceLocation)
    }

    static func expect(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let finished = try await Python.run("expect.py", arguments)
        #expect(
            finished.exitCode == 0, "\(arguments[0]):\n\(finished.output)\(finished.error)",
            sourceLocation: sourceLocation)
    }
}
