internal import CMalloc
internal import RollingWindow

/// Appends samples as text: `name{labels} value`, in one of the two formats that agree on that.
///
/// The bound of a classic bucket is written alike in both, and as Prometheus itself writes those of protobuf (`1.0`):
/// a bucket is the same series whatever the scraper asks for.
struct TextWriter: MetricsWriter {
    enum Dialect {
        /// Prometheus 0.0.4.
        case prometheus
        /// OpenMetrics 1.0.
        case openMetrics
    }

    /// Pages of so many bytes and more are written into large pages of memory, which are the kernel's again afterwards.
    private static let largePages = 2 << 20

    private let dialect: Dialect
    private var bytes: [UInt8] = []
    /// The name of the family whose samples follow.
    private var name: [UInt8] = []
    private var bucketName: [UInt8] = []
    private var sumName: [UInt8] = []
    private var countName: [UInt8] = []
    private var number: [UInt8] = []
    private var count: [UInt8] = []

    init(_ dialect: Dialect) { self.dialect = dialect }

    mutating func reserve(series: Int, labelBytes: Int) {
        // 24 lines per series at most, each with the labels, up to 50 bytes of name, an edge and a number.
        bytes.reserveCapacity(16 << 10 + 24 * (labelBytes + 80 * series))
        let room = bytes.capacity
        guard room > TextWriter.largePages else { return }
        bytes.withUnsafeMutableBufferPointer { cmalloc_prefer_large_pages($0.baseAddress!, room) }
    }

    mutating func begin(_ family: MetricFamily) {
        name = Array(family.name.utf8)
        switch dialect {
        case .prometheus:
            // What it does not know is a gauge.
            header("HELP", family.name[...], family.help)
            header("TYPE", family.name[...], family.kind == .info ? "gauge" : "\(family.kind)")
        case .openMetrics:
            header("TYPE", family.baseName, "\(family.kind)")
            if let unit = family.unit { header("UNIT", family.baseName, unit) }
            header("HELP", family.baseName, family.help)
        }
        guard family.kind == .histogram else { return }
        bucketName = name + "_bucket{".utf8
        sumName = name + "_sum".utf8
        countName = name + "_count".utf8
    }

    private mutating func header(_ word: String, _ name: Substring, _ text: String) {
        bytes.append(contentsOf: "# \(word) \(name) \(text)\n".utf8)
    }

    mutating func sample(_ labels: [UInt8], _ value: MetricValue) {
        number.removeAll(keepingCapacity: true)
        number.append(value)
        let (name, number) = (name, number)
        bytes.append(addingCapacity: name.count + labels.count + number.count + TextWriter.punctuation) {
            $0.appendSample(name, labels, number)
        }
    }

    /// What a line of a sample has beside its name, labels and number: braces, a blank and the line end.
    private static let punctuation = 4

    mutating func histogram(_ labels: [UInt8], _ durations: borrowing Durations, cumulativeCounts: [UInt64]) {
        number.removeAll(keepingCapacity: true)
        number.append(.nanoseconds(durations.total.sum))
        count.removeAll(keepingCapacity: true)
        count.append(integer: durations.total.count)
        let (bucketName, sumName, countName, number, count) = (bucketName, sumName, countName, number, count)
        let suffixes = TextWriter.bucketSuffixes
        // No line begins with a longer name than that of a bucket, nor has more around its number.
        let line = bucketName.count + labels.count + TextWriter.punctuation
        let digits = suffixes.count * UInt64.mostDigits + number.count + count.count
        bytes.append(addingCapacity: (suffixes.count + 2) * line + TextWriter.suffixesLength + digits) {
            for place in suffixes.indices {
                $0.append(bucketName)
                $0.append(labels)
                $0.append(suffixes[place])
                $0.append(integer: cumulativeCounts[place])
                $0.append(UInt8(ascii: "\n"))
            }
            $0.appendSample(sumName, labels, number)
            $0.appendSample(countName, labels, count)
        }
    }

    mutating func finish() -> [UInt8] {
        if dialect == .openMetrics { bytes.append(contentsOf: "# EOF\n".utf8) }
        return bytes
    }

    /// `,le="0.5"} ` of every bucket; the number as OpenMetrics wants it, with a point.
    private static let bucketSuffixes: [[UInt8]] =
        ClassicBuckets.bounds.map { Array(",le=\"\($0)\"} ".utf8) } + [Array(",le=\"+Inf\"} ".utf8)]

    private static let suffixesLength = bucketSuffixes.reduce(0) { $0 + $1.count }

    /// `name="value"`, after a comma if it is not the first. Backslash, quote and line feed are escaped, the rest is
    /// UTF-8 as it is.
    static func append(label name: String, _ value: String, to labels: inout [UInt8]) {
        if !labels.isEmpty { labels.append(UInt8(ascii: ",")) }
        labels.append(contentsOf: name.utf8)
        labels.append(contentsOf: "=\"".utf8)
        let start = labels.count
        labels.append(contentsOf: value.utf8)
        if labels[start...].contains(where: { escape(of: $0) != nil }) {
            labels.replaceSubrange(start..., with: value.utf8.flatMap { escape(of: $0) ?? [$0] })
        }
        labels.append(UInt8(ascii: "\""))
    }

    private static func escape(of byte: UInt8) -> [UInt8]? {
        switch byte {
        case UInt8(ascii: "\\"): Array(#"\\"#.utf8)
        case UInt8(ascii: "\""): Array(#"\""#.utf8)
        case UInt8(ascii: "\n"): Array(#"\n"#.utf8)
        default: nil
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ value: MetricValue) {
        switch value {
        case .integer(let value): append(integer: value)
        case .nanoseconds(let value): append(secondsOfNanoseconds: value)
        case .estimate(let value): append(estimate: value)
        }
    }
}
