import Foundation
import Subprocess
import SystemPackage
import Testing

/// Something that the tests need is not there. The message names the remedy; no test is ever skipped for it.
struct Missing: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// The root of the package: three folders above this one.
let packageRoot = FilePath(#filePath).removingLastComponent().appending("../../..").lexicallyNormalized()

/// The built program, and runs of it that end by themselves.
enum Plumbline {
    struct Finished: Sendable {
        var status: TerminationStatus
        var output: String
        var error: String

        /// nil when a signal ended it.
        var exitCode: Int? {
            if case .exited(let code) = status { Int(code) } else { nil }
        }
    }

    /// `PLUMBLINE_BINARY`, else the release build, else the debug build.
    static func path() throws -> FilePath {
        let environment = ProcessInfo.processInfo.environment["PLUMBLINE_BINARY"].map { FilePath($0) }
        let built = ["release", "debug"].map { packageRoot.appending(".build/\($0)/plumbline") }
        let candidates = environment.map { [$0] } ?? built
        for candidate in candidates where FileManager.default.isExecutableFile(atPath: candidate.string) {
            return candidate
        }
        let places = candidates.map(\.string).joined(separator: ", ")
        throw Missing("plumbline is not built: no program at \(places); `make test` builds it")
    }

    static func run(_ arguments: String..., input: FilePath? = nil) async throws -> Finished {
        try await runProgram(path(), arguments, input: input)
    }

    /// Runs the command, expects the exit code 0 and returns standard output.
    static func output(_ arguments: String..., input: FilePath? = nil) async throws -> String {
        let finished = try await runProgram(path(), arguments, input: input)
        #expect(finished.exitCode == 0, "plumbline \(arguments.joined(separator: " ")): \(finished.error)")
        return finished.output
    }

    /// Runs the command with standard output to a file and expects the exit code 0.
    static func write(_ arguments: String..., to file: FilePath) async throws {
        let output = try FileDescriptor.open(
            file, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        let result = try await Subprocess.run(
            .path(path()), arguments: Arguments(arguments), input: .none,
            output: .fileDescriptor(output, closeAfterSpawningProcess: true), error: .bytes(limit: 1 << 20))
        let error = String(decoding: result.standardError, as: UTF8.self)
        #expect(result.terminationStatus.isSuccess, "plumbline \(arguments.joined(separator: " ")): \(error)")
    }
}

/// Runs a program to its end. Standard input is the file, or empty.
func runProgram(
    _ program: FilePath, _ arguments: [String], input: FilePath? = nil, environment: Environment = .inherit
) async throws -> Plumbline.Finished {
    let source = try FileDescriptor.open(input ?? "/dev/null", .readOnly)
    var options = PlatformOptions()
    options.teardownSequence = [.send(signal: .kill, allowedDurationToNextStep: .zero)]
    let result = try await Subprocess.run(
        .path(program), arguments: Arguments(arguments), environment: environment, platformOptions: options,
        input: .fileDescriptor(source, closeAfterSpawningProcess: true),
        output: .bytes(limit: 256 << 20), error: .bytes(limit: 16 << 20))
    return Plumbline.Finished(
        status: result.terminationStatus, output: String(decoding: result.standardOutput, as: UTF8.self),
        error: String(decoding: result.standardError, as: UTF8.self))
}
