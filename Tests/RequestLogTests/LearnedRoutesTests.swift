import RequestLog
import TestSupport
import Testing

@Suite("Learned routes")
struct LearnedRoutesTests {
    private static func words(_ count: Int, _ prefix: String) -> [String] { (0..<count).map { "\(prefix)-\($0)" } }

    /// The routes of these paths, when all are known.
    private func routes(_ paths: [String], limit: Int = 4) -> [String] {
        var names = Names(pathNames: limit)
        let identifiers = paths.map { names.intern(path: $0) }
        let coarser = names.coarsened()
        return identifiers.map { names[coarser[$0] ?? $0] }
    }

    @Test("names become a parameter when there are more of them than the limit")
    func limit() {
        #expect(routes(["/a/p", "/a/q", "/a/r", "/a/s", "/b/p"]) == ["/a/p", "/a/q", "/a/r", "/a/s", "/b/p"])
        #expect(
            routes(["/a/p", "/a/q", "/a/r/x", "/a/s", "/b/p", "/a/t"])
                == ["/a/{*}", "/a/{*}", "/a/{*}/x", "/a/{*}", "/b/p", "/a/{*}"])
        #expect(routes(["/p", "/q/1", "/r", "/s", "/t"]) == ["/{*}", "/{*}/1", "/{*}", "/{*}", "/{*}"])
    }

    @Test("what is a parameter already, and the nothing behind a last slash, are no names")
    func parameters() {
        let paths = ["/a/p", "/a/q", "/a/r", "/a/s", "/a/{id}", "/a/{id}/x", "/a/"]
        #expect(routes(paths) == paths)
        #expect(routes(paths + ["/a/t"]).suffix(4) == ["/a/{id}", "/a/{id}/x", "/a/", "/a/{*}"])
        #expect(routes(["/", "a", "b"]) == ["/", "a", "b"])
    }

    @Test("what stands behind the names of one place is put together, and learned in turn")
    func behind() {
        // No author has more than two books, and all of them together have six.
        let paths = (0..<6).map { "/authors/author-\($0 / 2 * 2)/book-\($0)" }
        #expect(routes(paths) == paths)
        let more = paths + ["/authors/p", "/authors/q"]
        #expect(routes(more).first == "/authors/{*}/{*}" && routes(more).last == "/authors/{*}")
    }

    @Test("what is learned does not depend on the order of the paths", arguments: 0..<200)
    func order(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let words = ["p", "q", "r", "s", "t", "u", "{id}", ""]
        let paths = (0..<random.below(60)).map { _ in
            "/" + (0..<(1 + random.below(4))).map { _ in random.element(of: words) }.joined(separator: "/")
        }
        let limit = 2 + random.below(3)
        let expected = Dictionary(zip(paths, routes(paths, limit: limit))) { $1 }
        for _ in 0..<3 {
            let shuffled = paths.shuffled(using: &random)
            #expect(Dictionary(zip(shuffled, routes(shuffled, limit: limit))) { $1 } == expected)
        }
        // Nor on who has met which of them: two tables that tell each other are one.
        var (left, right) = (Names(pathNames: limit), Names(pathNames: limit))
        let half = paths.count / 2
        for path in paths[..<half] { _ = left.intern(path: path) }
        for path in paths[half...] { _ = right.intern(path: path) }
        for (place, text) in right.texts.enumerated() where right.areOfPaths[place] {
            _ = left.intern(path: text)
        }
        var whole = Names(pathNames: limit)
        for path in paths { _ = whole.intern(path: path) }
        #expect(left.learned.templates == whole.learned.templates)
    }

    @Test("learning only coarsens: every route is one of an earlier route's with parameters for names")
    func onlyCoarser() {
        var random = SeededRandom(seed: 1)
        var names = Names(pathNames: 3)
        var before: [String: String] = [:]
        for _ in 0..<400 {
            let path = (0..<3).map { _ in "/w\(random.below(9))" }.joined()
            _ = names.intern(path: path)
            for (path, route) in before {
                let now = names.learned.applied(to: path)
                let pairs = zip(route.split(separator: "/"), now.split(separator: "/"))
                #expect(pairs.allSatisfy { $0 == $1 || $1 == "{*}" }, "\(route) became \(now)")
                before[path] = now
            }
            before[path] = names.learned.applied(to: path)
        }
        #expect(names.learned.templates == ["/{*}", "/{*}/{*}", "/{*}/{*}/{*}"])
    }

    @Test("what a log or a pattern states is never learned away")
    func stated() {
        var names = Names(pathNames: 2)
        let pattern = names.intern("/a/cart")
        let late = names.intern(path: "/a/late")
        for path in ["/a/p", "/a/q", "/a/r"] { _ = names.intern(path: path) }
        #expect(names.intern("/a/late") == late)
        let coarser = names.coarsened()
        #expect(coarser[pattern] == nil && coarser[late] == nil && names.stated == [late])
        #expect(coarser[names.find("/a/p")!] == names.find("/a/{*}"))
    }

    @Test("nobody learns from a path that was written with {*}, and everybody from a snapshot's")
    func hostile() {
        let text = #"{"time":"2026-11-22T10:14:59Z","status":200,"path":"/{*}"}"#
        #expect(read(text).route() == "/{id}")
        var names = Names()
        let stored = names.intern(storedPath: "/b/{*}/x")
        let finer = names.intern(storedPath: "/b/p/x")
        #expect(names.coarsened() == [finer: stored] && names.intern(path: "/b/q/x") == stored)
    }

    @Test("names without end are not kept, and counted")
    func bounded() {
        var names = Names(pathNames: 10_000)
        for first in 0..<10 {
            for second in 0..<10_000 { _ = names.intern(path: "/a\(first)/\(second)b/c") }
        }
        #expect(names.learned.refused > 0 && names.learned.isEmpty)
        names.learn("/a0/{*}")
        #expect(names.intern(path: "/a0/new/c") == names.find("/a0/{*}/c"))
    }

    @Test("an escaped path and one as it stands are the same route")
    func escaped() {
        let lines = Self.words(150, "slug").map {
            #"{"time":"2026-11-22T10:14:59Z","status":200,"path":"\/articles\/\#($0)"}"#
                + "\n" + #"{"time":"2026-11-22T10:14:59Z","status":200,"path":"/articles/\#($0)?q=1"}"#
        }
        let result = read(lines.joined(separator: "\n"))
        #expect(result.route() == "/articles/slug-0" && result.route(299) == "/articles/{*}")
    }
}
