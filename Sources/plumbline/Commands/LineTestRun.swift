import Agent
import Exposition
import Files
import Health
import RequestLog
import Settings
import SystemPackage

/// `check --test`: each sample line is read and held against what it must become.
struct LineTestRun {
    let file: String
    let options: ReaderOptions

    func run() throws(Failure) {
        let tests = try read()
        var reader = RecordReader(options: options)
        // As `run` would have it, of a format that tells none.
        reader.arrival = AgentClock.wall
        var failed = 0
        for test in tests {
            let explanation = reader.explain(Array(test.line.utf8), latest: Timestamp(nanoseconds: .max))
            let differences = LineExpectation(facts: test.expected).differences(from: explanation)
            guard !differences.isEmpty else { continue }
            failed += 1
            let name = test.name.isEmpty ? "\(test.place)" : "\(test.place): \(test.name)"
            try Terminal.write(escapedForDisplay(name) + "\n")
            for difference in differences { try Terminal.write("  \(escapedForDisplay(difference))\n") }
        }
        let count = HumanUnits.count(UInt64(tests.count), of: "line")
        guard failed == 0 else { throw Failure(.negative, "\(file): \(failed) of \(count) otherwise than expected") }
        try Terminal.write("\(escapedForDisplay(file)): \(count), all as expected\n")
    }

    private func read() throws(Failure) -> [LineTests.Test] {
        let yaml: [UInt8]
        do throws(FileError) {
            let source = try RealFileSystem().open(FilePath(file), .read)
            yaml = try source.bytes(at: 0, count: Int(min(try source.metadata().size, 1 << 20 + 1)))
        } catch {
            throw Failure(error.errno == .noSuchFileOrDirectory ? .missingInput : .damagedData, "\(error)")
        }
        do throws(SettingsErrors) {
            return try LineTests(yaml: yaml, file: file, facts: LineExpectation.facts).tests
        } catch {
            throw Failure(.wrongConfiguration, "\(error)")
        }
    }
}
