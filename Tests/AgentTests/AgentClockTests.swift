import Agent
import RequestLog
import Testing

@Suite("The agent's clock")
struct AgentClockTests {
    private static let begin = Timestamp(seconds: 1_795_341_600)

    @Test("moves as the wall clock does")
    func moves() {
        var clock = AgentClock(wall: Self.begin, monotonicNanoseconds: 0)
        let later = Self.begin + .milliseconds(500)
        #expect(clock.read(wall: later, monotonicNanoseconds: 500_000_000) == .moved(to: later))
        #expect(clock.steps == 0)
    }

    @Test("notices a step", arguments: [3_600, -3_600, 2, -2])
    func steps(seconds: Int64) {
        var clock = AgentClock(wall: Self.begin, monotonicNanoseconds: 0)
        let wall = Self.begin + .seconds(10 + seconds)
        let reading = clock.read(wall: wall, monotonicNanoseconds: 10_000_000_000)
        #expect(reading == .stepped(to: wall, by: .seconds(seconds)))
        #expect(clock.steps == 1)
        let next = wall + .seconds(1)
        #expect(clock.read(wall: next, monotonicNanoseconds: 11_000_000_000) == .moved(to: next))
    }

    @Test("waits out a small slip back, and never runs backwards by it")
    func slips() {
        var clock = AgentClock(wall: Self.begin, monotonicNanoseconds: 0)
        let slipped = Self.begin - .milliseconds(400)
        #expect(clock.read(wall: slipped, monotonicNanoseconds: 0) == .moved(to: Self.begin))
        let caughtUp = slipped + .milliseconds(600)
        #expect(clock.read(wall: caughtUp, monotonicNanoseconds: 600_000_000) == .moved(to: caughtUp))
    }

    @Test("many small slips together are a step")
    func manySlips() {
        var clock = AgentClock(wall: Self.begin, monotonicNanoseconds: 0)
        var readings: [AgentClock.Reading] = []
        for slip in 1...3 {
            let wall = Self.begin - .milliseconds(Int64(slip) * 400)
            readings.append(clock.read(wall: wall, monotonicNanoseconds: Int64(slip)))
        }
        #expect(clock.steps == 1, "\(readings)")
    }
}
