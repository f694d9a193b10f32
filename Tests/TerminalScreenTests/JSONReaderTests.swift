import TerminalScreen
import Testing

@Suite struct JSONReaderTests {
    @Test("documents that are read")
    func good() throws {
        let value = try JSONReader.read(Array(#" {"a": [1, -2.5e3, 0, true, false, null], "b": {"c": "d"}} "#.utf8))
        #expect(value["a"] == .array([.number(1), .number(-2500), .number(0), .bool(true), .bool(false), .null]))
        #expect(value["b"]?["c"]?.text == "d")
        #expect(value["x"] == nil && value["a"]?["x"] == nil)
        #expect(try JSONReader.read(Array(#""\u00e9\ud83d\ude00\n\/\"""#.utf8)) == .string("é😀\n/\""))
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\" 1}", "{\"a\": 1,}", "01", "1.", ".5", "1e", "+1", "tru", "\"", "\"\u{1}\"",
            "\"\\x\"",
            "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\u12g4\"", "1 2", "nulll", "1e999", "{1: 2}", "[1 2]", "<html>",
        ])
    func bad(text: String) {
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test("invalid UTF-8 and endless nesting are refused")
    func hostile() {
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read([0x22, 0xff, 0x22]) }
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read(deep) }
    }
}
