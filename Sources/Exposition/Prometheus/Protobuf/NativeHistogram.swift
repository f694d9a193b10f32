internal import RollingWindow

/// The message `Histogram`: the exponential histogram as it is, and the classic buckets for a scraper that does not
/// know native ones.
///
/// Prometheus counts its buckets by their upper edges, so its bucket i + 1 is bucket i of `DurationScale`. Filled
/// buckets stand in spans, each with its distance from the one before, and every count as its difference from the one
/// before ("Native Histograms" in Prometheus' specifications).
struct NativeHistogram {
    private enum Field {
        static let count = FieldTag.varint(1)
        static let sum = FieldTag.double(2)
        static let bucket = FieldTag.bytes(3)
        static let schema = FieldTag.varint(5)
        static let zeroThreshold = FieldTag.double(6)
        static let zeroCount = FieldTag.varint(7)
        static let span = FieldTag.bytes(12)
        static let deltas = FieldTag.bytes(13)

        static let bucketCount = FieldTag.varint(1)
        static let bucketBound = FieldTag.double(2)

        static let spanOffset = FieldTag.varint(1)
        static let spanLength = FieldTag.varint(2)
    }

    /// 2^5 buckets a doubling.
    private static let schema: Int64 = 5
    /// Prometheus' own default. No duration but 0 is below it, so the zero bucket is exact, and it is not 0, so a
    /// histogram of zeros alone is seen to be native.
    private static let zeroThreshold = 0x1p-128
    /// So many empty buckets are cheaper as such than as the beginning of another span; the bytes say so from three on.
    private static let mostEmptyBuckets = 2

    private var bytes: [UInt8] = []
    private var spans: [UInt8] = []
    private var deltas: [UInt8] = []

    /// - Parameter cumulativeCounts: for each of `ClassicBuckets.bounds` and, last, for infinity, which is left out: it
    ///   is the count of all.
    mutating func message(_ durations: borrowing Durations, cumulativeCounts: [UInt64]) -> [UInt8] {
        encode(durations.buckets)
        bytes.removeAll(keepingCapacity: true)
        let (spans, deltas) = (spans, deltas)
        let (count, sum, zeros) = (
            durations.total.count, MetricValue.nanoseconds(durations.total.sum).double, durations.zeros
        )
        let room = 80 + 22 * cumulativeCounts.count + spans.count + deltas.count
        bytes.append(addingCapacity: room) {
            $0.append(Field.count, count)
            $0.append(Field.sum, sum)
            for (bound, count) in zip(ClassicBuckets.bounds, cumulativeCounts) {
                $0.append(Field.bucket, UInt64(1 + count.varintBytes + 9))
                $0.append(Field.bucketCount, count)
                $0.append(Field.bucketBound, bound)
            }
            $0.append(Field.schema.byte)
            $0.append(zigzag: NativeHistogram.schema)
            $0.append(Field.zeroThreshold, NativeHistogram.zeroThreshold)
            $0.append(Field.zeroCount, zeros)
            $0.append(spans)
            if !deltas.isEmpty { $0.append(Field.deltas, deltas) }
        }
        return bytes
    }

    private mutating func encode(_ buckets: Buckets) {
        spans.removeAll(keepingCapacity: true)
        deltas.removeAll(keepingCapacity: true)
        let most = UInt64.mostVarintBytes
        var span = (offset: Int64(buckets.lowest) + 1, length: 0)
        // The place behind the last bucket of the span.
        var next = 0
        var previous: Int64 = 0
        buckets.forEachFilled { place, count in
            let gap = place - next
            next = place + 1
            let count = Int64(truncatingIfNeeded: count)
            if gap > NativeHistogram.mostEmptyBuckets {
                append(span)
                span = (Int64(gap), 1)
                deltas.append(addingCapacity: most) { $0.append(zigzag: count &- previous) }
            } else {
                span.length += gap + 1
                deltas.append(addingCapacity: 3 * most) {
                    for _ in 0..<gap {
                        $0.append(zigzag: 0 &- previous)
                        previous = 0
                    }
                    $0.append(zigzag: count &- previous)
                }
            }
            previous = count
        }
        if span.length > 0 { append(span) }
    }

    private mutating func append(_ span: (offset: Int64, length: Int)) {
        let offset = UInt64(bitPattern: span.offset << 1 ^ span.offset >> 63)
        let length = UInt64(span.length)
        spans.append(addingCapacity: 2 + 4 * UInt64.mostVarintBytes) {
            $0.append(Field.span, UInt64(2 + offset.varintBytes + length.varintBytes))
            $0.append(Field.spanOffset, offset)
            $0.append(Field.spanLength, length)
        }
    }
}
