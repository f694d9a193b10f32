import TerminalScreen
import Testing

@Suite struct KeyReaderTests {
    private static let sequences: [(String, Key)] = [
        ("\u{1b}[A", .up), ("\u{1b}OB", .down), ("\u{1b}[5~", .pageUp), ("\u{1b}[6~", .pageDown), ("\u{1b}[H", .home),
        ("\u{1b}[4~", .end), ("\u{1b}[Z", .backtab), ("\t", .tab), ("\r", .enter), ("\n", .enter),
        ("\u{7f}", .backspace),
        ("\u{3}", .control("c")), ("q", .character("q")), ("ü", .character("ü")), ("日", .character("日")),
        ("😀", .character("😀")),
    ]

    @Test("what terminals send for a key", arguments: sequences)
    func known(bytes: String, key: Key) {
        var reader = KeyReader()
        #expect(reader.read(bytes.utf8) == [key])
        #expect(!reader.awaitsMore)
    }

    @Test("however the bytes arrive, the keys are the same")
    func pieces() {
        let bytes = Self.sequences.map(\.0).joined().utf8.map { $0 }
        for size in 1...7 {
            var reader = KeyReader()
            var keys: [Key] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                keys += reader.read(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(keys == Self.sequences.map(\.1))
        }
    }

    @Test("an escape is a key when nothing follows")
    func escape() {
        var reader = KeyReader()
        #expect(reader.read([0x1b]) == [])
        #expect(reader.awaitsMore)
        #expect(reader.settle() == [.escape])
        #expect(!reader.awaitsMore)
    }

    @Test(
        "an unknown sequence is swallowed whole",
        arguments: ["\u{1b}[1;5C", "\u{1b}[200~", "\u{1b}x", "\u{1b}[<0;3;4M"])
    func unknown(bytes: String) {
        var reader = KeyReader()
        #expect(reader.read((bytes + "q").utf8) == [.character("q")])
    }

    @Test("bytes that are no text are no keys, and hold nothing up")
    func garbage() {
        var reader = KeyReader()
        #expect(reader.read([0xff, 0xc3, 0x28, UInt8(ascii: "q")]) == [.character("q")])
        #expect(reader.read([0x1b, 0x5b] + [UInt8](repeating: 0x31, count: 100)) == [])
        #expect(reader.read("q".utf8) == [.character("q")])
    }
}
