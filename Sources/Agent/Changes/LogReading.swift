package import Settings

/// How logs are read, in words and as a number that another way would not have.
package struct LogReading: Equatable, Sendable {
    package var format: String
    /// FNV-1a of 64 bits, in hexadecimal, over everything that the inputs' settings say.
    package var configuration: String

    package init(_ settings: Settings) {
        format = settings.inputs.map { input in
            let text = input.logFormat.map { " \"\($0)\"" } ?? ""
            return "\(input.source): \(input.format.rawValue)\(text)"
        }.joined(separator: ", ")
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in settings.inputs.map({ "\($0)" }).joined(separator: "\n").utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        configuration = String(hash, radix: 16)
    }
}
