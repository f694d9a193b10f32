import Exposition
import Foundation
import RequestLog
import RollingWindow
import Testing

/// The numbers of the fields are those of `io/prometheus/client/metrics.proto`; the end-to-end tests have them read by
/// a real protobuf library and by Prometheus.
@Suite struct ProtobufTests {
    @Test("a gauge, byte by byte")
    func gauge() {
        var agent = AgentMetrics()
        agent.inputs = 2
        let page = MetricsPage(names: Names(), counters: [:], health: [], agent: agent)
        let expected = [
            "35",  // a family of 53 bytes
            "0a16" + hex("plumbline_agent_inputs"), "120c" + hex("Open inputs."), "1801",  // a gauge
            "220b", "1209", "09" + "0000000000000040",  // 2.0
        ]
        #expect(hex(render(page, as: .protobuf)).hasPrefix(expected.joined()))
    }

    @Test("a histogram, byte by byte")
    func histogram() {
        var fixture = Fixture()
        fixture.add(milliseconds: 0)
        fixture.add(milliseconds: 1000, times: 2)
        fixture.add(milliseconds: 2000)
        // Down to 1/2 s there is only the zero.
        var classic = ""
        for power in -10...6 {
            let count = power < 0 ? "01" : power == 0 ? "03" : "04"
            classic += "1a0b" + "08" + count + "11" + littleEndian(pow(2, Double(power)))
        }
        let message = [
            "0804", "11" + "0000000000001040",  // 4 durations, 4.0 s
            classic, "280a", "31" + "000000000000f037", "3801",  // schema 5; up to 2^-128 there is 1
            "6204" + "0800" + "1001",  // 1 s is the upper bound of bucket 0
            "6204" + "083e" + "1001",  // 31 buckets on, 2 s
            "6a02" + "0401",  // 2, and 1 less
        ]
        let bytes = hex(render(metricsPage(fixture), as: .protobuf))
        #expect(bytes.contains(message.joined()), "\(bytes)")
    }

    @Test("families, types, labels and numbers are those of the text")
    func agreement() throws {
        let page = metricsPage(.shop, busyAgent)
        var samples: [String] = []
        for family in try WireMessage.stream(render(page, as: .protobuf)) where family.varint(3) != 4 {
            for metric in try family.messages(4) {
                let labels = try metric.messages(1).map { "\($0.text(1))=\"\($0.text(2))\"" }.joined(separator: ",")
                let value = try #require(metric.messages(family.varint(3) == 0 ? 3 : 2).first?.double(1))
                samples.append("\(family.text(1))\(labels.isEmpty ? "" : "{\(labels)}") \(value)")
            }
        }
        let expected = text(render(page, as: .text)).split(separator: "\n")
            .filter { !$0.hasPrefix("#") && !$0.hasPrefix("plumbline_request_duration") }
            .map { line in
                let cut = line.lastIndex(of: " ")!
                return "\(line[..<cut]) \(Double(line[cut...].dropFirst())!)"
            }
        #expect(samples == expected)
        #expect(samples.count > 40)
    }

    @Test("help and unit")
    func metadata() throws {
        let families = try WireMessage.stream(render(metricsPage(.shop, busyAgent), as: .protobuf))
        let units = Dictionary(uniqueKeysWithValues: families.map { ($0.text(1), $0.text(5)) })
        #expect(units["plumbline_request_duration_seconds"] == "seconds")
        #expect(units["plumbline_response_bytes_total"] == "bytes")
        #expect(units["plumbline_requests_total"] == "")
        #expect(units["plumbline_agent_build_info"] == "")
        #expect(families.allSatisfy { !$0.text(2).isEmpty })
    }

    @Test("the native histogram is the histogram, bucket for bucket", arguments: [UInt64(31), 32, 33, 34])
    func exact(seed: UInt64) throws {
        var random = SeededRandom(state: seed)
        var fixture = Fixture()
        var record = Record()
        record.status = 200
        // Dense in places, with gaps of every width between, from 1 ns to over an hour.
        for _ in 0..<Int.random(in: 1...400, using: &random) {
            record.durationNanoseconds = Int64(exp(Double.random(in: 0...29, using: &random)))
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                fixture.view.series[SeriesKey(record, source: fixture.view.primary), default: Cell()].add(record)
                record.durationNanoseconds += Int64(
                    Double(record.durationNanoseconds) * .random(in: 0...0.1, using: &random))
            }
        }
        let durations = try #require(fixture.view.series.values.first).durations
        let decoded = try DecodedHistogram(in: render(metricsPage(fixture), as: .protobuf))
        var expected: [Int64: UInt64] = [:]
        durations.buckets.forEachFilled { expected[Int64(durations.buckets.lowest) + Int64($0) + 1] = $1 }
        #expect(decoded.buckets.filter { $0.value > 0 } == expected, "seed \(seed)")
        #expect(decoded.count == durations.total.count && decoded.zeros == durations.zeros)
        #expect(decoded.longestRunOfEmptyBuckets <= 2, "seed \(seed)")
    }

    @Test("counts beyond 32 bits are exact, too")
    func large() throws {
        var fixture = Fixture()
        var cell = Cell()
        cell.durations.add(nanoseconds: 1_000_000_000, times: 1 << 62)
        cell.durations.add(nanoseconds: 1_020_000_000, times: 1)
        cell.durations.add(nanoseconds: 0, times: 1 << 40)
        let key = SeriesKey(Record(), source: fixture.view.primary)
        fixture.view.series[key] = cell
        let decoded = try DecodedHistogram(in: render(metricsPage(fixture), as: .protobuf))
        #expect(decoded.buckets == [0: 1 << 62, 1: 1])
        #expect(decoded.zeros == 1 << 40 && decoded.count == 1 << 62 + 1 << 40 + 1)
    }
}

/// What a scraper makes of the only histogram of a page.
private struct DecodedHistogram {
    var count: UInt64
    var zeros: UInt64
    /// By Prometheus' index: bucket i ends at 2^(i/32) seconds.
    var buckets: [Int64: UInt64] = [:]
    var longestRunOfEmptyBuckets = 0

    init(in page: [UInt8]) throws {
        let family = try #require(WireMessage.stream(page).first { $0.varint(3) == 4 })
        let message = try #require(family.messages(4).first?.messages(7).first)
        count = try #require(message.varint(1))
        zeros = try #require(message.varint(7))
        #expect(WireMessage.zigzag(try #require(message.varint(5))) == 5)
        #expect(message.double(6) == 0x1p-128)
        var deltas = try WireMessage.packedZigzags(Array(message.bytes(13).joined()))[...]
        var (index, value, empty) = (Int64(0), Int64(0), 0)
        for span in try message.messages(12) {
            index += WireMessage.zigzag(try #require(span.varint(1)))
            for _ in 0..<(try #require(span.varint(2))) {
                let delta = deltas.popFirst()
                value += try #require(delta)
                buckets[index] = UInt64(value)
                index += 1
                empty = value == 0 ? empty + 1 : 0
                longestRunOfEmptyBuckets = max(longestRunOfEmptyBuckets, empty)
            }
        }
        #expect(deltas.isEmpty)
    }
}

private func hex(_ bytes: some Sequence<UInt8>) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

private func hex(_ text: String) -> String { hex(text.utf8) }

private func littleEndian(_ value: Double) -> String { hex((0..<8).map { UInt8(value.bitPattern >> (8 * $0) & 0xff) }) }
