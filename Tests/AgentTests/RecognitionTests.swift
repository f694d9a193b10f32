import Agent
import RequestLog
import SystemPackage
import TestSupport
import Testing

@Suite("Recognising logs")
struct RecognitionTests {
    @Test("says what the first lines have, and reads no more of a large log than it must")
    func first() throws {
        let disk = SimulatedFileSystem()
        for number in 0..<300 { disk.write(line(number, at: PipelineRehearsal.begin) + "\n", to: "/log/a.log") }
        disk.write("", to: "/log/b.log")
        let looks = try LogRecognition.look(at: "/log/*.log", ReaderOptions(), disk)
        #expect(looks.map(\.path) == ["/log/a.log", "/log/b.log"])
        #expect(looks[0].recognition.lines == Recognition.sampleLines)
        #expect(looks[0].recognition.accepted == Recognition.sampleLines)
        #expect(looks[0].recognition.source(of: .duration)?.key == "duration_ms")
        #expect(looks[1].recognition.lines == 0)
    }

    @Test("a log that is not there yet is none; a directory is refused")
    func absent() throws {
        let disk = SimulatedFileSystem()
        disk.makeDirectory("/log/old")
        #expect(try LogRecognition.look(at: "/log/a.log", ReaderOptions(), disk).isEmpty)
        let failure = #expect(throws: RunFailure.self) {
            try LogRecognition.look(at: "/log/old", ReaderOptions(), disk)
        }
        #expect(failure?.kind == .wrongConfiguration)
    }

    @Test("a duration without a unit is seen, unless the options tell it")
    func unitless() throws {
        let disk = SimulatedFileSystem()
        disk.write(#"{"time":"2026-11-22T10:00:00Z","status":200,"duration":0.25}"# + "\n", to: "/log/a.log")
        let look = try LogRecognition.look(at: "/log/a.log", ReaderOptions(), disk)[0]
        #expect(look.recognition.unitless?.written == "0.25")
        let told = try LogRecognition.look(at: "/log/a.log", ReaderOptions(durationUnit: .seconds), disk)[0]
        #expect(told.recognition.unitless == nil)
        #expect(told.recognition.accepted == 1)
    }

    @Test("binary content, long lines and NUL bytes are looked at without harm")
    func garbage() throws {
        let disk = SimulatedFileSystem()
        var random = SeededRandom(seed: 5)
        disk.write((0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) }, to: "/log/a.log")
        disk.write([UInt8](repeating: 0, count: 1 << 20), to: "/log/b.log")
        let looks = try LogRecognition.look(at: "/log/*.log", ReaderOptions(), disk)
        #expect(looks.map(\.recognition.accepted) == [0, 0])
    }
}
