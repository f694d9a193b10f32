/// A number of bytes, written with a binary unit: `512B`, `64KiB`, `1GiB`.
package struct ByteCount: TextValue, Hashable, Comparable {
    package var bytes: Int

    package init(bytes: Int) { self.bytes = bytes }

    package static func kibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 10) }
    package static func mebibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 20) }
    package static func gibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 30) }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    package static var valueName: String { "SIZE" }
    package static var noun: String { "a size" }
    package static var example: String? { "64KiB" }

    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    package init?(text: String) {
        guard let measure = Measure(text), let unit = Self.units.first(where: { $0.name == measure.unit }),
            let bytes = measure.multiplied(by: Int64(unit.bytes))
        else { return nil }
        self.bytes = Int(bytes)
    }

    package var text: String {
        guard bytes != 0, let unit = Self.units.first(where: { bytes % $0.bytes == 0 }) else { return "0B" }
        return "\(bytes / unit.bytes)\(unit.name)"
    }
}
