import CZlib
import RollingWindow
import TestSupport

/// Version 1 of the block, as `Snapshots.docc` draws it. It must be read for ever.
enum Golden {
    static func head(length: Int, checksum: ArraySlice<UInt8>) -> String {
        "50 4c 62 6b 01 00 00 00 " + hexadecimal(littleEndian(UInt32(length))) + " " + hexadecimal(checksum)
    }

    static let header = """
        08 07 06 05 04 03 02 01 10 0f 0e 0d 0c 0b 0a 09 \
        00 40 d8 20 d9 4b 7a 18 00 e4 0b 54 02 00 00 00 \
        00 0a 73 5c d9 4b 7a 18 00 d4 0d 98 d9 4b 7a 18 \
        01 00 00 00 00 00 00 00 04 00 00 00 00 00 00 00 \
        06 00 00 00 00 00 00 00
        """

    static let columns = """
        02 02 2f 61 04 6d 61 69 6e 00 01 02 01 00 01 c8 01 01 01 02 \
        00 00 02 fd 04 20 01 01 c0 84 3d 00 01 00 \
        00 01 06 02 03 00 00 00 04 01 00 04 01 00 00 c8 01 01
        """

    /// With zlib's own words for the columns, as it was written when version 1 was new.
    static let block = bytes(
        """
        50 4c 62 6b 01 00 00 00 94 00 00 00 92 c7 60 5d \
        \(header) \
        34 00 00 00 78 9c 05 c1 41 0d 80 30 14 05 c1 dd c7 4f 75 e0 00 05 88 e9 91 03 a8 a8 b0 1e 6b aa \
        09 33 c9 d5 eb ed cf 87 11 97 1a c8 ae 53 e7 b8 11 6c 39 80 92 12 96 fe ce 29 06 97
        """)

    private static func bytes(_ text: String) -> [UInt8] {
        text.split(separator: " ").map { UInt8($0, radix: 16)! }
    }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(separator: " ")
}

func littleEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

/// CRC-32 bit by bit (polynomial 0xedb88320), so that zlib is not asked about itself.
func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var sum: UInt32 = 0xffff_ffff
    for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
    }
    return ~sum
}

/// The columns of a block's body, which begin behind the 72 bytes of header with their size.
func inflatedColumns(of body: [UInt8]) -> [UInt8]? {
    let size = body[72..<76].reversed().reduce(0) { $0 << 8 | UInt($1) }
    var columns = [UInt8](repeating: 0, count: Int(size))
    var length = size
    let status = body[76...].withUnsafeBufferPointer { source in
        uncompress(&columns, &length, source.baseAddress, UInt(source.count))
    }
    return status == Z_OK && length == size ? columns : nil
}

/// Columns as a block holds them: size, then zlib.
func stored(_ columns: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(compressBound(UInt(columns.count))))
    var length = UInt(bytes.count)
    compress2(&bytes, &length, columns, UInt(columns.count), 6)
    return littleEndian(UInt32(columns.count)) + bytes[..<Int(length)]
}
