import RequestLog
import TestSupport
import Testing

@Suite("Samples of rejected lines")
struct RejectSampleTests {
    private func samples(_ text: String) -> RejectSamples {
        var reader = RecordReader()
        _ = read(Array(text.utf8), with: &reader)
        return reader.takeRejects() ?? RejectSamples()
    }

    @Test("the first line of each reason, as its form")
    func forms() {
        let samples = samples(
            """
            {"time":"2026-11-22T10:14:00Z","path":"/Secret/ada@example.com"}
            GET /hush ÄÖ 200
            {"time":"yesterday","status_code":200}
            {"time":"2026-11-22T10:14:00Z","status":200}
            {"ts":"again","status":200}
            """)
        #expect(samples[.missingStatus] == "??time???9999?99?99a99?99?99a???path????aaaaaa?aaa?aaaaaaa?aaa??")
        #expect(samples[.malformed] == "aaa??aaaa??????999")
        #expect(samples[.badTime] == "??time???aaaaaaaaa???status_code??999?")
        #expect(samples[.badStatus] == nil)
    }

    @Test("nothing of a line's values is left, whatever they are", arguments: [1, 2, 3])
    func nothingPrivate(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<400 {
            let text = ExplanationTests.randomLine(&random) + "Hunter2"
            for reason in RejectReason.allCases {
                guard let form = samples(text)[reason] else { continue }
                #expect(form.count <= 200 && !form.contains("unter") && !form.contains("8"), "\(text): \(form)")
                #expect(form.utf8.allSatisfy { $0 < 0x80 && $0 > 0x20 })
            }
        }
    }

    @Test("a long line's form is cut at 200, and of two blocks the earlier counts")
    func limits() {
        let long = samples(String(repeating: "x y ", count: 500))
        #expect(long[.malformed]?.count == 200)
        var all = RejectSamples()
        all.add(samples("second 2"), ofBlock: 2)
        all.add(samples("first"), ofBlock: 1)
        all.add(samples("third one"), ofBlock: 3)
        #expect(all[.malformed] == "aaaaa")
    }
}
