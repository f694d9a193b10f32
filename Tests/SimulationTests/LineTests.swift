import Foundation
import RequestLog
import Simulation
import Testing

@Suite("simulated lines")
struct LineTests {
    @Test("the same options give the same bytes, however they are asked for", arguments: LineShape.allCases)
    func deterministic(shape: LineShape) {
        let options = Traffic.Options(seed: 11, start: morning, shape: shape)
        var whole: [UInt8] = []
        var first = Traffic(options)
        first.lines(3_000, into: &whole)

        var parts: [UInt8] = []
        var second = Traffic(options)
        for count in [1, 63, 64, 65, 1_000, 1_807] { second.lines(count, into: &parts) }
        #expect(whole == parts)

        var other: [UInt8] = []
        var third = Traffic(.init(seed: 12, start: morning, shape: shape))
        third.lines(3_000, into: &other)
        #expect(whole != other)
    }

    @Test("recording the truth changes nothing")
    func truthIsSilent() {
        var logs: [[UInt8]] = []
        for recordsTruth in [false, true] {
            var traffic = Traffic(.init(seed: 3, start: morning, recordsTruth: recordsTruth))
            var log: [UInt8] = []
            traffic.lines(2_000, into: &log)
            logs.append(log)
        }
        #expect(logs[0] == logs[1])
    }

    @Test("a line is about 300 bytes long and ends with a line feed", arguments: LineShape.allCases)
    func length(shape: LineShape) {
        var traffic = Traffic(.init(seed: 5, start: morning, shape: shape))
        var log: [UInt8] = []
        traffic.lines(10_000, into: &log)
        #expect(log.last == UInt8(ascii: "\n"))
        #expect((290...340).contains(log.count / 10_000))
        let longest = log.split(separator: UInt8(ascii: "\n")).map(\.count).max() ?? 0
        #expect(longest < 480)
    }

    @Test("the constant shape has one order of keys and no escapes, the mixed one three orders")
    func shapes() {
        func keys(_ shape: LineShape) -> Set<String> {
            var traffic = Traffic(.init(seed: 6, start: morning, shape: shape))
            var log: [UInt8] = []
            traffic.lines(500, into: &log)
            return Set(
                String(decoding: log, as: UTF8.self).split(separator: "\n").map { line in
                    line.matches(of: #/"([a-z_]+)":/#).map { String($0.1) }.joined(separator: " ")
                })
        }
        let constant = keys(.constant)
        #expect(constant.count == 1)
        #expect(constant.first?.hasPrefix("ts method route path status duration_ms cache db_calls") == true)
        for shape in [LineShape.mixed, .escaped] {
            let beginnings = Set(keys(shape).map { $0.prefix(while: { $0 != " " }) })
            #expect(beginnings == ["ts", "request", "status"])
        }
    }

    @Test("the shapes differ in how many lines have escapes")
    func escapes() {
        func share(_ shape: LineShape) -> Double {
            var traffic = Traffic(.init(seed: 6, start: morning, shape: shape))
            var log: [UInt8] = []
            traffic.lines(5_000, into: &log)
            let lines = log.split(separator: UInt8(ascii: "\n"))
            return Double(lines.count { $0.contains(UInt8(ascii: "\\")) }) / Double(lines.count)
        }
        #expect(share(.constant) == 0)
        #expect((0.07...0.12).contains(share(.mixed)))
        #expect((0.55...0.7).contains(share(.escaped)))
    }

    @Test("instants never go back and have six digits, over midnight too", arguments: LineShape.allCases)
    func order(shape: LineShape) throws {
        let start = Timestamp(seconds: 1_795_391_999)  // 2026-11-22T23:59:59Z
        var traffic = Traffic(.init(seed: 8, start: start, requestsPerSecond: 500, shape: shape))
        var log: [UInt8] = []
        traffic.lines(2_000, into: &log)
        let times = try ParsedLine.parse(log).map(\.time)
        #expect(times.allSatisfy { $0.utf8.count == 27 })
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(times[0].hasPrefix("2026-11-22T23:59:59."))
        #expect(times[1_999].hasPrefix("2026-11-23T00:00:0"))
    }

    @Test("a path is its route with numbers in the place of parameters")
    func paths() throws {
        var traffic = Traffic(.init(seed: 9, start: morning))
        var log: [UInt8] = []
        traffic.lines(5_000, into: &log)
        for line in try ParsedLine.parse(log) {
            let path = line.path.prefix { $0 != "?" }
            let pieces = zip(path.split(separator: "/"), line.route.split(separator: "/"))
            #expect(path.split(separator: "/").count == line.route.split(separator: "/").count)
            #expect(
                pieces.allSatisfy { $1.hasPrefix("{") ? Int($0) != nil : $0 == $1 }, "\(line.path) of \(line.route)")
        }
    }
}
