import Foundation
import RequestLog
import TestSupport
import Testing

@Suite("JSON held against another reader")
struct JSONOracleTests {
    private static let seeds = [
        #"{"a":{"b":[1,-0.5e+10,true,false,null,"x\n\u00e9\\"]},"c":"","d":[[],{},[{"e":0}]],"f":-0}"#,
        #"{"request":{"x":"GET /a HTTP/1.1","y":[1.25,"\"q\""]},"http":{"response":{"z":[]}},"n":12e2}"#,
        #" {"é":"ü€😀","k":[ true , false , null ] , "l" : { "m" : "\/\b" } } "#,
    ]
    private static let alphabet = Array(#"{}[]:,"\/ .eE+-0123456789truefalsn"#.utf8)

    /// Known differences of the oracle are kept out: it wants valid UTF-8, whole surrogate pairs and no control bytes in
    /// every string, refuses numbers beyond a double, guesses UTF-16 from NULs, and lets trailing commas pass. So
    /// mutations are printable ASCII, without `\ud` and without long numbers.
    @Test("random mutations are accepted and refused alike", arguments: [1, 2, 3, 4])
    func mutations(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for _ in 0..<5_000 {
            var bytes = Array(Self.seeds.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                guard bytes[place] < 0x80 else { continue }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(Self.alphabet.randomElement(using: &random)!, at: place)
                case 2: bytes[place] = Self.alphabet.randomElement(using: &random)!
                default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if text.utf8.count != bytes.count || text.contains("\u{fffd}") { continue }
            if Self.isBeyondTheOracle(bytes) { continue }
            let object = try? JSONSerialization.jsonObject(with: Data(bytes))
            let counts = read(bytes).counts
            let isAccepted = counts[.malformed] == 0 && counts.blank == 0
            let isWanted = object is [String: Any] && !Self.hasTrailingComma(bytes)
            #expect(isAccepted == isWanted, "seed \(seed): \(text)")
            accepted += isAccepted ? 1 : 0
        }
        #expect(accepted > 250)
    }

    private static func isBeyondTheOracle(_ bytes: [UInt8]) -> Bool {
        var digits = 0
        for (place, byte) in bytes.enumerated() {
            digits = (0x30...0x39).contains(byte) ? digits + 1 : 0
            if digits > 2, place >= digits, "eE+-".utf8.contains(bytes[place - digits]) { return true }
            if place > 1, byte | 0x20 == UInt8(ascii: "d"), bytes[place - 1] == UInt8(ascii: "u"),
                bytes[place - 2] == UInt8(ascii: "\\")
            {
                return true
            }
        }
        return false
    }

    private static func hasTrailingComma(_ bytes: [UInt8]) -> Bool {
        var isQuoted = false
        var last: UInt8 = 0
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if isQuoted, byte == UInt8(ascii: "\\") {
                place += 1
                continue
            }
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == 0x20 { continue }
            if !isQuoted, byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}"), last == UInt8(ascii: ",") {
                return true
            }
            last = isQuoted ? 0 : byte
        }
        return false
    }
}
