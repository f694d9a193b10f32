import Exposition
import Foundation
import RequestLog
import RollingWindow
import Testing

@Suite struct SliceExportTests {
    private static let start = Timestamp(seconds: 1_795_341_600)

    private func slice(_ fixture: Fixture) -> Slice {
        Slice(start: Self.start, width: .seconds(10), series: fixture.view.series)
    }

    private func csv(_ fixture: Fixture, _ change: (inout SliceExport) -> Void = { _ in }) -> String {
        var export = SliceExport(.csv)
        change(&export)
        return text(export.header + export.rows(slice(fixture), names: fixture.view.names))
    }

    private func objects(_ fixture: Fixture) throws -> [[String: Any]] {
        let rows = SliceExport(.jsonLines).rows(slice(fixture), names: fixture.view.names)
        return try rows.split(separator: UInt8(ascii: "\n")).map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        }
    }

    @Test("a CSV has a row for every series, in the order of its texts, and nothing where the log says nothing")
    func golden() {
        #expect(
            csv(.shop)
                == """
                start,end,source,route,method,status,cache,segment,version,requests,errors,duration_count,\
                duration_sum_seconds,duration_sum_nanoseconds,duration_min_seconds,duration_max_seconds,\
                duration_p50_seconds,duration_p90_seconds,duration_p95_seconds,duration_p99_seconds,\
                duration_zero_count,duration_histogram,db_calls_count,db_calls_sum,db_calls_min,db_calls_max,\
                db_calls_histogram,db_count,db_sum_seconds,db_sum_nanoseconds,upstream_count,upstream_sum_seconds,\
                upstream_sum_nanoseconds,bytes_count,bytes_sum
                2026-11-22T10:00:00Z,2026-11-22T10:00:10Z,main,/orders/{id},GET,200,hit,anonymous,1.4,3,0,3,0.006,\
                6000000,0.002,0.002,Q2,Q2,Q2,Q2,0,-287:3,3,0,0,0,0:3,3,0,0,,,,3,3000
                2026-11-22T10:00:00Z,2026-11-22T10:00:10Z,main,/orders/{id},GET,200,miss,authenticated,1.4,1,0,1,\
                0.032,32000000,0.032,0.032,Q32,Q32,Q32,Q32,0,-159:1,1,7,7,7,7:1,1,0.012,12000000,1,0.03,30000000,1,2500
                2026-11-22T10:00:00Z,2026-11-22T10:00:10Z,main,/ping,HEAD,500,none,unknown,,1,1,\
                ,,,,,,,,,,,,,,,,,,,,,,,

                """.replacingOccurrences(of: "Q32", with: String(format: "%.10g", pow(2, -317.0 / 64)))
                .replacingOccurrences(of: "Q2", with: String(format: "%.10g", pow(2, -573.0 / 64))))
    }

    @Test("JSON lines say the same: numbers as numbers, histograms as pairs, null where the log says nothing")
    func jsonLines() throws {
        let rows = try objects(.shop)
        #expect(rows.map { $0["route"] as? String } == ["/orders/{id}", "/orders/{id}", "/ping"])
        #expect(rows.map { $0["requests"] as? Int } == [3, 1, 1])
        #expect(rows[0]["duration_sum_nanoseconds"] as? Int == 6_000_000)
        #expect(rows[0]["duration_histogram"] as? [[Int]] == [[-287, 3]])
        #expect(rows[1]["db_calls_histogram"] as? [[Int]] == [[7, 1]])
        let names = ["version", "duration_count", "duration_histogram", "db_calls_sum", "db_count", "bytes_sum"]
        for name in names { #expect(rows[2][name] is NSNull, "\(name)") }
        #expect(rows[2]["errors"] as? Int == 1)
    }

    @Test("sums that no double can hold are exact")
    func exactSums() {
        var fixture = Fixture()
        fixture.add(milliseconds: 1)
        for key in fixture.view.series.keys {
            fixture.view.series[key]!.durations.total.sum = 9_007_199_254_740_993_000_000_001
        }
        let fields = csv(fixture).split(separator: "\n")[1].split(separator: ",", omittingEmptySubsequences: false)
        #expect(fields[12] == "9007199254740993.000000001")
        #expect(fields[13] == "9007199254740993000000001")
    }

    @Test("hostile texts come back byte for byte", arguments: SliceExport.Format.allCases)
    func hostile(format: SliceExport.Format) throws {
        var fixture = Fixture()
        let texts = hostileTexts + ["=1+1", "-2", "+3", "@x", " blank ", "a,b", "\"\"", "\r"]
        for text in texts { fixture.add(route: text) }
        let found: [[UInt8]]
        switch format {
        case .csv: found = records(Array(csv(fixture).utf8)).dropFirst().map { $0[3] }
        case .jsonLines: found = try objects(fixture).compactMap { ($0["route"] as? String).map { Array($0.utf8) } }
        }
        #expect(found == texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test("formulas are guarded where that is asked for, and only they")
    func formulas() {
        var fixture = Fixture()
        let texts = ["=1+1", "-2", "+3", "@x", "\t=1", "/a=1", "a-b", ""]
        for text in texts { fixture.add(route: text, version: text) }
        let guarded = records(Array(csv(fixture) { $0.guardsFormulas = true }.utf8)).dropFirst()
        let wanted = ["'=1+1", "'-2", "'+3", "'@x", "'\t=1", "/a=1", "a-b", ""]
        #expect(Set(guarded.map { text($0[3]) }) == Set(wanted))
        #expect(Set(guarded.map { text($0[8]) }) == Set(wanted))
    }

    @Test("a terminal gets no control characters")
    func terminal() {
        var fixture = Fixture()
        for text in hostileTexts { fixture.add(route: text, version: text) }
        let shown = csv(fixture) { $0.escapesControls = true }
        #expect(shown.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
    }

    /// A reader of RFC 4180, for the tests.
    private func records(_ bytes: [UInt8]) -> [[[UInt8]]] {
        var records: [[[UInt8]]] = []
        var record: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            if isQuoted {
                if byte == UInt8(ascii: "\""), place + 1 < bytes.count, bytes[place + 1] == byte {
                    field.append(byte)
                    place += 1
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                } else {
                    field.append(byte)
                }
            } else if byte == UInt8(ascii: "\""), field.isEmpty {
                isQuoted = true
            } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") {
                record.append(field)
                field = []
                if byte == UInt8(ascii: "\n") {
                    records.append(record)
                    record = []
                }
            } else {
                field.append(byte)
            }
            place += 1
        }
        return records
    }
}
