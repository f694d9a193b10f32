import Exposition
import RequestLog
import RollingWindow
import Testing

@Suite struct TextTests {
    @Test("the table as a person sees it")
    func golden() {
        #expect(
            SummaryText.render(Fixture.shop.view, ledger: Fixture.ledger) == """
                2026-11-22T10:00:00Z to 2026-11-22T10:14:59.312Z (15 min)
                5 requests of source main, 1 error
                8 lines (1.21 KiB) read, 1 blank
                REJECTED 2 lines: malformed 2
                6 B of an unfinished line

                route         requests  err %      p50      p95      p99    max  hit %  bypass %  db/req  db p95
                /orders/{id}         4      0  2.02 ms  32.3 ms  32.3 ms  32 ms     75         0    1.75       7
                /ping                1    100        –        –        –      –      –         –       –       –
                ────────────────────────────────────────────────────────────────────────────────────────────────
                total                5     20  2.02 ms  32.3 ms  32.3 ms  32 ms     75         0    1.75       7

                """
        )
    }

    @Test("the same, by something else")
    func by() {
        var fixture = Fixture.shop
        fixture.add(source: "nginx", route: "/orders/{id}", times: 1_234)
        #expect(
            SummaryText.render(fixture.view, ledger: Ledger(), by: SeriesGrouping([.cache, .version])) == """
                2026-11-22T10:00:00Z to 2026-11-22T10:14:59.312Z (15 min)
                5 requests of source main, 1 error
                other sources, not added: nginx (1,234 requests)
                0 lines (0 B) read

                cache  version  requests  err %      p50      p95      p99    max  hit %  bypass %  db/req  db p95
                hit    1.4             3      0  2.02 ms  2.02 ms  2.02 ms   2 ms    100         0       0       0
                miss   1.4             1      0  32.3 ms  32.3 ms  32.3 ms  32 ms      0         0       7       7
                none   –               1    100        –        –        –      –      –         –       –       –
                ──────────────────────────────────────────────────────────────────────────────────────────────────
                total                  5     20  2.02 ms  32.3 ms  32.3 ms  32 ms     75         0    1.75       7

                """
        )
    }

    @Test("no control byte of a log reaches the terminal, in any column", arguments: hostileTexts)
    func hostile(name: String) {
        var fixture = Fixture()
        fixture.view.names = Names()
        fixture.view.primary = fixture.view.names.intern(name)
        fixture.add(source: name, route: name, version: name)
        fixture.add(source: "other\(name)", route: name)
        var ledger = Fixture.ledger
        ledger.inputs[0].path = name
        ledger.inputs[0].copyOf = name
        for text in [
            SummaryText.render(fixture.view, ledger: ledger, by: .everything), LedgerText.render(ledger),
        ] {
            let unsafe = text.unicodeScalars.filter { $0 != "\n" && isUnsafe($0) }
            #expect(unsafe.isEmpty, "\(Array(unsafe))")
        }
    }

    private func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    @Test("hostile routes do not add lines")
    func lines() {
        var fixture = Fixture()
        for name in hostileTexts { fixture.add(route: name) }
        let text = SummaryText.render(fixture.view, ledger: Ledger())
        // Three lines above, a blank one, titles, the rows, the rule, the total, and what follows the last line feed.
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 5 + hostileTexts.count + 3)
    }

    @Test("rows are equally wide and within the terminal", arguments: [80, 100, 120, 200])
    func width(width: Int) {
        var fixture = Fixture.shop
        fixture.add(
            route: "/api/v2/organisations/{organisation}/projects/{project}/builds/{build}/log", milliseconds: 12)
        fixture.add(route: "/日本語/商品/{id}/とても長い名前のページがここにあります/本当に長いです/まだ続く", milliseconds: 3)
        let text = SummaryText.render(fixture.view, ledger: Ledger(), style: TextStyle(width: width))
        let table = text.split(separator: "\n").drop { !$0.hasPrefix("route") }
        let widths = Set(table.map { displayWidth(String($0)) })
        #expect(widths.count == 1)
        #expect(widths.allSatisfy { $0 <= max(width, 98) })
        if width == 120 { #expect(text.contains("…")) }
    }

    @Test("colour only if asked, and it moves nothing")
    func color() {
        let plain = SummaryText.render(Fixture.shop.view, ledger: Fixture.ledger)
        var colored = SummaryText.render(Fixture.shop.view, ledger: Fixture.ledger, style: TextStyle(color: true))
        #expect(!plain.contains("\u{1b}"))
        #expect(colored.contains("\u{1b}[31mREJECTED 2 lines"))
        for code in ["\u{1b}[31m", "\u{1b}[33m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[0m"] {
            colored = colored.split(separator: code, omittingEmptySubsequences: false).joined()
        }
        #expect(colored == plain)
    }

    @Test("nothing to show is said, not shown as zero")
    func nothing() {
        var view = Fixture.noSamples
        view.from = nil
        view.to = nil
        #expect(SummaryText.render(view, ledger: Ledger()) == "no requests\n0 lines (0 B) read\n")
    }

    @Test("the ledger names what was lost")
    func ledger() {
        var ledger = Fixture.ledger
        ledger.inputs[0].ledger.lostBytes = 4096
        ledger.inputs[0].ledger.skippedAtStart = 3 << 30
        ledger.inputs.append(Ledger.Input(path: "access.log.1", source: "main", copyOf: "access.log"))
        #expect(
            LedgerText.render(ledger) == """
                8 lines (1.21 KiB) read from 2 inputs, 1 blank
                REJECTED 2 lines: malformed 2
                LOST 4 KiB that vanished unread
                3 GiB passed over at the start
                6 B of an unfinished line

                input                              source  bytes  lines  accepted  rejected  not requests  unfinished   lost
                access.log                         main    1,240      8         5         2             1           6  4,096
                access.log.1 (copy of access.log)  main        0      0         0         0             0           0      0
                ────────────────────────────────────────────────────────────────────────────────────────────────────────────
                total                                      1,240      8         5         2             1           6  4,096

                """)
    }

    @Test(
        "text is spelled out where it is not visible",
        arguments: [
            ("/ok/é/日本", "/ok/é/日本"), ("a\u{1b}[31m", "a\\x1b[31m"), ("\n", "\\x0a"), ("\\", "\\\\"),
            ("\u{9b}", "\\x9b"), ("\u{7f}", "\\x7f"), ("\u{202e}", "\\u{202e}"), ("\u{2028}", "\\u{2028}"),
            ("\u{fffd}", "\u{fffd}"), ("\u{10ffff}", "\\u{10ffff}"),
        ])
    func display(text: String, expected: String) { #expect(escapedForDisplay(text) == expected) }

    @Test(
        "a long text is cut in its middle, by columns",
        arguments: [
            ("/short", 6, "/short"), ("/orders/{id}/items", 11, "/orde…items"), ("日本語日本語", 7, "日…本語"), ("abc", 1, "…"),
            ("abc", 0, ""), ("e\u{301}e\u{301}e\u{301}e\u{301}", 3, "e\u{301}…e\u{301}"),
        ])
    func cut(text: String, width: Int, expected: String) {
        #expect(cutInMiddle(text, width: width) == expected)
        #expect(displayWidth(cutInMiddle(text, width: width)) <= width)
    }
}
