import RequestLog
import RollingWindow
import TestSupport
import Testing

@Suite("The aggregator")
struct AggregatorTests {
    @Test("agrees with a dictionary through growth, drains and reuse", arguments: [1, 2, 3], [nil, 1, 10] as [Int64?])
    func model(seed: UInt64, widthSeconds: Int64?) {
        var workload = Workload(seed: seed, routes: 40)
        let width = widthSeconds.map(Timestamp.Span.seconds)
        var aggregator = Aggregator(width: width)
        for round in 0..<4 {
            var model: [Timestamp: TimedSlice] = [:]
            let count = [0, 3_000, 20, 6_000][round]
            var batch = RecordBatch()
            let sources = [NameID(index: 7), NameID(index: 8)]
            for place in 0..<count {
                let time = Timestamp(
                    nanoseconds: Int64.random(in: -20_000_000_000...300_000_000_000, using: &workload.random))
                let record = workload.record(at: time)
                batch.append(record)
                let source = sources[place / RecordBatch.capacity % 2]
                let start = width.map { time.floored(to: $0) } ?? Timestamp(nanoseconds: 0)
                var cell = Cell()
                cell.add(record)
                model[start, default: TimedSlice(slice: Slice(start: start, width: width ?? .zero))]
                    .add(cell, to: SeriesKey(record, source: source), first: time, last: time)
                if batch.isFull || place == count - 1 {
                    aggregator.add(batch, source: source)
                    batch.removeAll()
                }
            }
            #expect(
                aggregator.records == count && aggregator.count == model.values.reduce(0) { $0 + $1.slice.series.count }
            )
            let drained = aggregator.drain()
            #expect(drained == model.values.sorted { $0.slice.start < $1.slice.start }, "seed \(seed), round \(round)")
            #expect(aggregator.count == 0 && aggregator.records == 0)
        }
    }

    @Test("every value of a series key comes out as it went in")
    func identities() {
        var aggregator = Aggregator(width: .seconds(10))
        var batch = RecordBatch()
        var wanted: Set<SeriesKey> = []
        let edges: [UInt32] = [0, 1, 0x8000_0000, .max]
        for source in edges {
            batch.removeAll()
            for place in 0..<RecordBatch.capacity {
                var record = Record()
                record.method = Method.allCases[place % Method.allCases.count]
                record.cache = CacheStatus.allCases[place / 10 % CacheStatus.allCases.count]
                record.segment = Segment.allCases[place / 90 % Segment.allCases.count]
                record.status = [0, 100, 599, .max][place % 4]
                record.route = NameID(index: edges[place / 4 % 4])
                record.version = NameID(index: edges[place / 16 % 4])
                batch.append(record)
                wanted.insert(SeriesKey(record, source: NameID(index: source)))
            }
            aggregator.add(batch, source: NameID(index: source))
        }
        let slices = aggregator.drain()
        #expect(slices.count == 1 && Set(slices[0].slice.series.keys) == wanted)
        #expect(slices[0].slice.series.values.reduce(0) { $0 + $1.requests } == UInt64(4 * RecordBatch.capacity))
    }

    @Test("a count that outgrows its 16 bits, and values far from the first one, are still exact")
    func outgrown() {
        let values: [(duration: Int64, calls: Int64, times: Int)] = [
            (0, 0, 3), (5_000_000, 2, 140_000), (5_000_001, 35, 65_536), (900, 36, 65_535),
            (Record.longestDuration, Record.mostCalls, 70_000), (Record.absent, Record.absent, 10), (1, 63, 1),
        ]
        var aggregator = Aggregator(width: nil)
        var batch = RecordBatch()
        var wanted = Cell()
        for value in values {
            var record = Record()
            (record.durationNanoseconds, record.dbCalls) = (value.duration, value.calls)
            for _ in 0..<value.times {
                batch.append(record)
                guard batch.isFull else { continue }
                aggregator.add(batch, source: .none)
                batch.removeAll()
            }
            wanted.requests += UInt64(value.times)
            guard value.duration >= 0 else { continue }
            wanted.durations.add(nanoseconds: value.duration, times: UInt64(value.times))
            wanted.calls.add(calls: value.calls, times: UInt64(value.times))
        }
        aggregator.add(batch, source: .none)
        let drained = aggregator.drain()
        #expect(drained.count == 1 && Array(drained[0].slice.series.values) == [wanted])
    }
}
