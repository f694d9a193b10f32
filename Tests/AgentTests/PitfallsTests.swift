import Agent
import Exposition
import RequestLog
import RollingWindow
import SystemPackage
import TestSupport
import Testing

/// Bugs that users of other tools had, each tried on the whole pipeline. The comment beside a test names where it was
/// reported; where a test in another room tries the same, the comment stands there.
@Suite("What happened to others")
enum PitfallsTests {
    static let log: FilePath = "/log/a.log"

    static func append(_ numbers: Range<Int>, to path: FilePath = log, of agent: PipelineRehearsal) {
        agent.disk.write(lines(numbers, at: agent.now), to: path)
    }

    /// The process dies without a last word, and another one comes.
    static func restart(_ agent: PipelineRehearsal) throws {
        agent.kill()
        try agent.start()
    }

    /// `plumbline_agent_…_total` since the start.
    static func incidents(_ name: String, _ agent: PipelineRehearsal) -> UInt64? {
        agent.ingest.incidents.first { $0.name == name }?.count
    }
}

func lines(_ numbers: Range<Int>, at time: Timestamp) -> String {
    numbers.map { line($0, at: time) + "\n" }.joined()
}

/// Each of these lines, counted once.
func once(_ numbers: Range<Int>) -> [String: UInt64] {
    Dictionary(uniqueKeysWithValues: numbers.map { ("/line/\($0)", 1) })
}
