import RequestLog
import RollingWindow
import Testing

@Suite("versions: the newest apart, older ones together")
struct VersionAgesTests {
    private func series(_ versions: [NameID]) -> [SeriesKey: Cell] {
        var series: [SeriesKey: Cell] = [:]
        for (number, version) in versions.enumerated() {
            let key = SeriesKey(
                source: .none, route: .none, method: .get, status: 200, cache: .hit, segment: .unknown, version: version
            )
            series[key, default: Cell()].requests += UInt64(1) << UInt64(number)
        }
        return series
    }

    private func ages(_ versions: [(NameID, Int64)]) -> VersionAges {
        var ages = VersionAges()
        for (version, second) in versions { ages.note(version, at: Timestamp(seconds: second)) }
        return ages
    }

    private var names: (table: Names, versions: [NameID]) {
        var table = Names()
        let versions = (1...6).map { table.intern("v\($0)") }
        return (table, versions)
    }

    @Test("up to three stay as they are", arguments: 0...3)
    func few(count: Int) {
        let versions = Array(names.versions.prefix(count))
        let all = series([.none] + versions)
        #expect(ages(versions.enumerated().map { ($1, Int64($0)) }).folded(all) == all)
    }

    @Test("the age is that of the first event, in whatever order events come")
    func order() {
        let (_, v) = names
        let ages = ages([(v[3], 40), (v[0], 10), (v[2], 30), (v[1], 20), (v[3], 5)])
        let folded = ages.folded(series([.none, v[0], v[1], v[2], v[3]]))
        // v4 was seen at 5 first, so it is the oldest of the four.
        var expected = series([.none, v[0], v[1], v[2]])
        expected.merge(
            series([.older]).mapValues { _ in
                var cell = Cell()
                cell.requests = 16
                return cell
            }
        ) { $1 }
        #expect(folded == expected)
    }

    @Test("a version whose age is not known is older than any that is")
    func unknown() {
        let (_, v) = names
        let folded = ages([(v[0], 1), (v[1], 2), (v[2], 3)]).folded(series([v[4], v[0], v[1], v[2], v[5]]))
        #expect(Set(folded.keys.map(\.version)) == [.older, v[0], v[1], v[2]])
        #expect(folded.first { $0.key.version == .older }?.value.requests == 1 + 16)
    }

    @Test("what is remembered over a restart is the same, and bounded")
    func coding() throws {
        var (table, v) = names
        var ages = ages(v.enumerated().map { ($1, Int64($0)) })
        var again = Names()
        let decoded = try VersionAges(decoding: ages.encoded(names: table), names: &again)
        #expect(
            Dictionary(uniqueKeysWithValues: decoded.firstEvents.map { (again[$0.key], $0.value) })
                == Dictionary(uniqueKeysWithValues: ages.firstEvents.map { (table[$0.key], $0.value) }))
        for number in 0..<5_000 { ages.note(table.intern("x\(number)"), at: Timestamp(seconds: Int64(number))) }
        #expect(ages.firstEvents.count <= 1_024)
        #expect(throws: DecodingFailure.self) { try VersionAges(decoding: [200, 1], names: &again) }
    }
}
