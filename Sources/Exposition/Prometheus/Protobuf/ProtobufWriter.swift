internal import RollingWindow

/// Appends families as protobuf messages, `io.prometheus.client.MetricFamily` of Prometheus' client model, each behind
/// its length.
///
/// The numbers of its fields are the whole interface: `MetricFamily` is here, `Metric` below, `Histogram` in
/// `NativeHistogram`.
struct ProtobufWriter: MetricsWriter {
    private enum Field {
        static let familyName = FieldTag.bytes(1)
        static let help = FieldTag.bytes(2)
        static let type = FieldTag.varint(3)
        static let metric = FieldTag.bytes(4)
        static let unit = FieldTag.bytes(5)

        static let label = FieldTag.bytes(1)
        static let gauge = FieldTag.bytes(2)
        static let counter = FieldTag.bytes(3)
        static let histogram = FieldTag.bytes(7)

        static let labelName = FieldTag.bytes(1)
        static let labelValue = FieldTag.bytes(2)
        static let value = FieldTag.double(1)
    }

    /// Of a `Counter` and of a `Gauge`: the tag and the number.
    private static let valueLength: UInt64 = 9

    private var bytes: [UInt8] = []
    /// The message of the family whose samples follow.
    private var family: [UInt8] = []
    private var kind = MetricFamily.Kind.gauge
    private var native = NativeHistogram()

    mutating func reserve(series: Int, labelBytes: Int) {
        bytes.reserveCapacity(16 << 10 + 5 * labelBytes + 600 * series)
    }

    mutating func begin(_ family: MetricFamily) {
        endFamily()
        kind = family.kind
        self.family.append(Field.familyName, Array(family.name.utf8))
        self.family.append(Field.help, Array(family.help.utf8))
        self.family.append(addingCapacity: 2) { $0.append(Field.type, family.kind.number) }
        if let unit = family.unit { self.family.append(Field.unit, Array(unit.utf8)) }
    }

    private mutating func endFamily() {
        guard !family.isEmpty else { return }
        let family = family
        bytes.append(addingCapacity: UInt64.mostVarintBytes + family.count) {
            $0.append(varint: UInt64(family.count))
            $0.append(family)
        }
        self.family.removeAll(keepingCapacity: true)
    }

    mutating func sample(_ labels: [UInt8], _ value: MetricValue) {
        let field = kind == .counter ? Field.counter : Field.gauge
        let length = UInt64(labels.count) + 2 + ProtobufWriter.valueLength
        family.append(addingCapacity: 1 + UInt64.mostVarintBytes + Int(length)) {
            $0.append(Field.metric, length)
            $0.append(labels)
            $0.append(field, ProtobufWriter.valueLength)
            $0.append(Field.value, value.double)
        }
    }

    mutating func histogram(_ labels: [UInt8], _ durations: borrowing Durations, cumulativeCounts: [UInt64]) {
        let message = native.message(durations, cumulativeCounts: cumulativeCounts)
        let length = UInt64(labels.count + 1 + UInt64(message.count).varintBytes + message.count)
        family.append(addingCapacity: 1 + UInt64.mostVarintBytes + Int(length)) {
            $0.append(Field.metric, length)
            $0.append(labels)
            $0.append(Field.histogram, message)
        }
    }

    mutating func finish() -> [UInt8] {
        endFamily()
        return bytes
    }

    static func append(label name: String, _ value: String, to labels: inout [UInt8]) {
        var pair: [UInt8] = []
        pair.append(Field.labelName, Array(name.utf8))
        pair.append(Field.labelValue, Array(value.utf8))
        labels.append(Field.label, pair)
    }
}

extension MetricFamily.Kind {
    /// As `MetricType` has them; it has no infos.
    fileprivate var number: UInt64 {
        switch self {
        case .counter: 0
        case .gauge, .info: 1
        case .histogram: 4
        }
    }
}
