/// Reads the 64 bytes that must be readable behind a block of lines; the address sanitizer says when they are not.
func touchPadding(behind bytes: UnsafeRawBufferPointer) {
    guard let end = bytes.baseAddress.map({ $0 + bytes.count }) else { return }
    var sum: UInt8 = 0
    for place in 0..<64 { sum &+= end.load(fromByteOffset: place, as: UInt8.self) }
    withExtendedLifetime(sum) {}
}
