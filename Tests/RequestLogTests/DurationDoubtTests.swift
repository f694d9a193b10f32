import RequestLog
import Testing

@Suite("Durations that no service has")
struct DurationDoubtTests {
    private static func recognise(_ durations: [String]) -> DurationDoubt? {
        var recognition = Recognition()
        var reader = RecordReader()
        for duration in durations {
            recognition.observe(reader.explain(line("\"duration_s\":" + duration).utf8, latest: farFuture))
        }
        return recognition.durationDoubt
    }

    @Test("half of them too long, or all of them too short, are told; anything that can be is not")
    func doubts() {
        // Microseconds that are said to be seconds.
        #expect(Self.recognise(["40000", "12", "52000"]) == .tooLong(median: 40_000_000_000_000))
        #expect(Self.recognise(["599", "12", "520000"]) == nil)
        // Seconds that are said to be nanoseconds, or nearly.
        #expect(Self.recognise(["0.0000000125", "0.0000009", "0"]) == .tooShort(longest: 900))
        #expect(Self.recognise(["0", "0", "0"]) == nil, "a clock of milliseconds says so of a fast service")
        #expect(Self.recognise(["0.000001"]) == nil && Self.recognise([]) == nil)
    }

    @Test("it is said once, when there are enough to judge by")
    func sample() {
        var sample = DurationSample()
        for number in 1...100 {
            #expect((sample.observe(1_000_000_000_000) != nil) == (number == DurationSample.size))
            #expect(sample.observe(Record.absent) == nil)
        }
    }
}
