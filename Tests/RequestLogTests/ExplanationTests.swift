import RequestLog
import TestSupport
import Testing

@Suite("Explanations")
struct ExplanationTests {
    @Test("explaining agrees with reading, line by line", arguments: [1, 2, 3])
    func agreement(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var explainer = RecordReader()
        for _ in 0..<3_000 {
            let text = Self.randomLine(&random)
            let reading = read(text)
            let explanation = explainer.explain(text.utf8, latest: farFuture)
            switch explanation.outcome {
            case .blank: #expect(reading.counts.blank == 1, "seed \(seed): \(text)")
            case .header, .continuation, .filtered: Issue.record("seed \(seed): \(text)")
            case .rejected(let fault):
                #expect(reading.counts[fault.reason] == 1, "seed \(seed): \(text)")
                #expect(fault.offset <= text.utf8.count)
            case .record(var found):
                guard var wanted = reading.records.first else {
                    Issue.record("seed \(seed): \(text)")
                    continue
                }
                #expect(explanation.route == reading.names[wanted.route], "seed \(seed): \(text)")
                #expect((explanation.version ?? "") == reading.names[wanted.version], "seed \(seed): \(text)")
                (found.route, found.version, wanted.route, wanted.version) = (.none, .none, .none, .none)
                #expect(found == wanted, "seed \(seed): \(text)")
            }
        }
    }

    @Test("one reader explains many lines, and reads on between them")
    func manyLines() {
        var reader = RecordReader()
        for _ in 0..<2 {
            for place in 0..<5 {
                let text = line("\"route\":\"/r\(place)\",\"version\":\"v\(place)\"")
                let explanation = reader.explain(text.utf8, latest: farFuture)
                #expect(explanation.route == "/r\(place)" && explanation.version == "v\(place)")
            }
        }
        let reading = read(Array(line(#""route":"/r3","version":"v9""#).utf8), with: &reader)
        #expect(reading.route() == "/r3" && reading.names[reading.records[0].version] == "v9")
    }

    @Test("the keys are named as written and the units as told")
    func findings() {
        var reader = RecordReader()
        let text = line(#""Request":{"Method":"GET","uri":"/x"},"duration_us":7,"db_time_ms":1"#)
        let found = reader.explain(text.utf8, latest: farFuture).findings
        func finding(_ field: Field) -> LineExplanation.Finding? { found.first { $0.field == field } }
        #expect(finding(.method)?.key == "Request.Method" && finding(.path)?.key == "Request.uri")
        #expect(finding(.duration)?.unit == .microseconds && finding(.dbTime)?.unit == .milliseconds)
        #expect(finding(.status)?.written == "200" && finding(.status)?.unit == nil)
    }

    @Test("a duration without a unit is told apart", arguments: [("12", true), ("1.5e-3", true), (#""soon""#, false)])
    func unitless(value: String, isUnitless: Bool) {
        var reader = RecordReader()
        let explanation = reader.explain(line("\"latency\":" + value).utf8, latest: farFuture)
        #expect((explanation.lacksDurationUnit != nil) == isUnitless)
        var recognition = Recognition()
        recognition.observe(explanation)
        #expect((recognition.unitless != nil) == isUnitless && recognition.rejects[.badDuration]?.count == 1)
    }

    static func randomLine(_ random: inout SeededRandom) -> String {
        let members = [
            #""time":"2026-11-22T10:14:59.5Z""#, #""time":1716723772.6"#, #""ts":null"#, #""status":200"#,
            #""status":"404""#,
            #""status":{"a":1}"#, #""code":500"#, #""route":"/r/{x}""#, #""route":"\ud800""#, #""path":"/a/1?b=c""#,
            #""request":"GET /q/9 HTTP/1.1""#, #""request":{"method":"POST","path":"/p"}"#, #""url":{"path":"/u"}"#,
            #""duration":5"#, #""duration_ms":5"#, #""latency":"5ms""#, #""cache":"HIT""#, #""cache":"\tx""#,
            #""user":"u""#,
            #""user":null"#, #""version":1.5"#, #""version":"v2""#, #""bytes":-1"#, #""x":tru"#, #""x":[1,2]"#, "",
        ]
        let chosen = (0..<Int.random(in: 0...9, using: &random)).map { _ in members.randomElement(using: &random)! }
        let text = "{" + chosen.joined(separator: ",") + "}"
        return random.oneIn(20) ? String(text.dropLast(Int.random(in: 0...text.count, using: &random))) : text
    }
}
