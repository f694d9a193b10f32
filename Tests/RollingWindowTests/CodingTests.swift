import RollingWindow
import TestSupport
import Testing

@Suite("Bytes")
struct CodingTests {
    @Test("numbers and texts come back, the extremes too")
    func roundTrips() throws {
        let unsigned: [UInt64] = [0, 1, 127, 128, 16_383, 16_384, 1 << 32, .max - 1, .max]
        let signed: [Int64] = [0, -1, 1, 63, -64, 64, -65, .min, .min + 1, .max]
        let wide: [Int128] = [0, -1, 1, Int128(Int64.min) - 1, Int128(Int64.max) + 1, .min, .min + 1, .max]
        let widest: [UInt128] = [0, 127, 128, UInt128(UInt64.max) + 1, 1 << 126, 1 << 127, .max]
        let texts = ["", "a", "\u{e9}€😀\u{0}", String(repeating: "x", count: 1_000)]
        var writer = ByteWriter()
        for value in unsigned {
            writer.varint(value)
            writer.fixed(value)
            writer.fixed(UInt32(truncatingIfNeeded: value))
        }
        for value in signed { writer.zigzag(value) }
        for value in signed { writer.fixed(value) }
        for value in wide { writer.zigzag(value) }
        for value in widest { writer.varint(value) }
        for text in texts { writer.text(text) }
        var reader = ByteReader([9] + writer.bytes)
        #expect(try reader.byte() == 9)
        for value in unsigned {
            #expect(try reader.varint() == value)
            #expect(try reader.fixed64() == value)
            #expect(try reader.fixed32() == UInt32(truncatingIfNeeded: value))
        }
        for value in signed { #expect(try reader.zigzag() == value) }
        for value in signed { #expect(try reader.fixedSigned64() == value) }
        for value in wide { #expect(try reader.wideZigzag() == value) }
        for value in widest { #expect(try reader.wideVarint() == value) }
        for text in texts { #expect(try reader.text() == text) }
        #expect(reader.isAtEnd && reader.offset == writer.bytes.count + 1)
    }

    @Test("numbers that do not fit are refused")
    func tooLarge() {
        var writer = ByteWriter()
        writer.varint(UInt128(UInt64.max) + 1)
        #expect(throws: DecodingFailure.self) {
            var reader = ByteReader(writer.bytes)
            _ = try reader.varint()
        }
        for last: UInt8 in [0x04, 0x7f, 0x80, 0xff] {
            #expect(throws: DecodingFailure.self) {
                var reader = ByteReader(Array(repeating: 0xff, count: 18) + [last, 0])
                _ = try reader.wideVarint()
            }
        }
        #expect(throws: DecodingFailure(offset: 1, expected: "UTF-8 text")) {
            var reader = ByteReader([1, 0xff])
            _ = try reader.text()
        }
        #expect(throws: DecodingFailure.self) {
            var reader = ByteReader([5, 1, 2, 3, 4])
            _ = try reader.count()
        }
        #expect(throws: DecodingFailure.self) {
            var reader = ByteReader([2, 1, 2, 3])
            _ = try reader.count(leastBytes: 2)
        }
    }

    @Test("hostile bytes throw and never trap", arguments: [1, 2])
    func hostile(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...40, using: &random)
            let bytes = (0..<length).map { _ in
                random.oneIn(2)
                    ? UInt8.random(in: 0x80 ... .max, using: &random) : UInt8.random(in: 0 ... .max, using: &random)
            }
            var reader = ByteReader(bytes[...])
            var failure: DecodingFailure?
            while failure == nil, !reader.isAtEnd {
                do throws(DecodingFailure) {
                    switch Int.random(in: 0..<10, using: &random) {
                    case 0: _ = try reader.byte()
                    case 1: _ = try reader.slice(Int.random(in: -3...50, using: &random))
                    case 2: _ = try reader.fixed32()
                    case 3: _ = try reader.fixed64()
                    case 4: _ = try reader.varint()
                    case 5: _ = try reader.wideVarint()
                    case 6: _ = try reader.zigzag()
                    case 7: _ = try reader.wideZigzag()
                    case 8: _ = try reader.count(leastBytes: Int.random(in: -1...9, using: &random))
                    default: _ = try reader.text()
                    }
                } catch { failure = error }
                #expect(reader.offset + reader.remaining == length)
            }
            if let failure { #expect((0...length).contains(failure.offset), "seed \(seed)") }
        }
    }
}
