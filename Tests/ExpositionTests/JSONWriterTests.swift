import Exposition
import Foundation
import Testing

@Suite struct JSONWriterTests {
    @Test("any text is read back as it was by another JSON reader, and none can move a cursor", arguments: hostileTexts)
    func strings(hostile: String) throws {
        var json = JSONWriter()
        json.object { json in
            json.key(hostile)
            json.value(hostile)
        }
        let bytes = json.finish()
        let back = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String]
        let entry = try #require(back?.first)
        #expect(Array(entry.key.utf8) == Array(hostile.utf8))
        #expect(Array(entry.value.utf8) == Array(hostile.utf8))
        #expect(!text(bytes).dropLast().unicodeScalars.contains { $0.properties.generalCategory == .control })
    }

    @Test("escapes are the short ones where JSON has them")
    func escapes() {
        var json = JSONWriter()
        json.value("\"\\\n\r\t\u{8}\u{c}\u{1b}\u{7f}\u{80}\u{9f}\u{a0}/é")
        #expect(text(json.finish()) == #""\"\\\n\r\t\u0008\u000c\u001b\u007f\u0080\u009f"# + "\u{a0}/é\"\n")
    }

    @Test("a number that JSON has no word for is null", arguments: [Double.nan, .infinity, -.infinity, nil])
    func unknown(number: Double?) {
        var json = JSONWriter()
        json.array { json in
            json.value(number)
            json.estimate(number)
        }
        #expect(text(json.finish()) == "[null, null]\n")
    }

    @Test(
        "doubles are the shortest text of the same number",
        arguments: [0.1, 3, 1e-7, 1e300, .pi, Double.leastNonzeroMagnitude, 1.0 / 3])
    func doubles(number: Double) throws {
        var json = JSONWriter()
        json.value(number)
        let bytes = json.finish()
        #expect(text(bytes) == "\(number)\n")
        let back = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? NSNumber
        #expect(back?.doubleValue == number)
    }

    @Test("nesting, commas and layout")
    func layout() {
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("empty")
            json.array(.lines) { _ in }
            json.key("rows")
            json.array(.lines) { json in
                for number in 1...2 {
                    json.object { json in
                        json.key("n")
                        json.value(number)
                        json.key("ok")
                        json.value(true)
                    }
                }
            }
            json.key("none")
            json.object { _ in }
        }
        #expect(
            text(json.finish()) == """
                {
                  "empty": [],
                  "rows": [
                    {"n": 1, "ok": true},
                    {"n": 2, "ok": true}
                  ],
                  "none": {}
                }

                """)
    }
}
