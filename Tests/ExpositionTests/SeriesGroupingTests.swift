import Exposition
import Testing

@Suite struct SeriesGroupingTests {
    @Test(
        "names are read in their order, each once",
        arguments: [
            ("route", [.route]), ("status, route", [.status, .route]), ("cache,cache", [.cache]),
            ("source,route,method,status,cache,segment,version", SeriesDimension.allCases),
        ] as [(String, [SeriesDimension])])
    func parsing(text: String, expected: [SeriesDimension]) throws {
        #expect(try SeriesGrouping(parsing: text).dimensions == expected)
    }

    @Test("a name that is none is named", arguments: ["", "rout", "route,", "route status", "Route", "a\u{1b}[2J"])
    func unknown(text: String) {
        let error = #expect(throws: SeriesGroupingError.self) { try SeriesGrouping(parsing: text) }
        #expect(error?.description.contains("expected some of source, route") == true)
        #expect(error?.description.contains("\u{1b}") == false)
    }
}
