import Settings
import Testing

@Suite("files that are damaged or mean harm")
struct HostileFileTests {
    @Test("a tab as indentation is named and found")
    func tab() {
        #expect(
            errors("limits:\n\tseries: 1\n")
                == ["plumbline.yaml:2:1: expected spaces as indentation, found a tab"])
        #expect(
            errors("limits:\n  series: 1\n  \tconnections: 1\n")
                == ["plumbline.yaml:3:3: expected spaces as indentation, found a tab"])
    }

    @Test("what is not YAML is found where it is")
    func syntax() {
        #expect(
            errors("listen: 127.0.0.1:1\nlimits: {series: 1\n") == [
                "plumbline.yaml:3:1: expected YAML or JSON, found an error of syntax: did not find expected ',' or '}' "
                    + "(while parsing a flow mapping)"
            ])
        #expect(errors("a: b: c").first?.hasPrefix("plumbline.yaml:1:5: expected YAML or JSON") == true)
        #expect(errors("listen: \"a").first?.hasPrefix("plumbline.yaml:1:11: expected YAML or JSON") == true)
    }

    @Test("errors of variables and flags stand beside an error of syntax")
    func syntaxAndMore() {
        let all = errors("{", environment: ["PLUMBLINE_LISTEN": "x"], flags: [("--from-start", "x")])
        #expect(all.count == 3)
    }

    @Test("invalid UTF-8 and control characters are found where they are")
    func bytes() {
        let start = Array("listen: 127.0.0.1:1\n# é ".utf8)
        #expect(errors(bytes: start + [0xFF]) == ["plumbline.yaml:2:5: expected UTF-8 text, found the byte 0xFF"])
        #expect(errors(bytes: start + [0xC3]) == ["plumbline.yaml:2:5: expected UTF-8 text, found the byte 0xC3"])
        #expect(
            errors(bytes: start + [0, 0xFF])
                == ["plumbline.yaml:2:5: expected UTF-8 text, found the control character 0x00"])
        #expect(
            errors(bytes: [0xFF, 0xFE, 0x61, 0]) == ["plumbline.yaml:1:1: expected UTF-8 text, found the byte 0xFF"])
    }

    @Test("an escaped NUL reaches no value")
    func escapedNUL() {
        #expect(
            errors("data: \"a\\0b\"") == [
                "plumbline.yaml:1:7: data: expected a directory such as \"/var/lib/plumbline\", found \"a\\u{0}b\""
            ])
        #expect(errors("inputs: [{path: \"a\\0b\"}]").count == 1)
    }

    @Test("anchors, aliases and tags are refused, each where it stands")
    func anchors() {
        #expect(
            errors("limits: &a {series: 1}\nhealth: *a\nlisten: !!str x\n") == [
                "plumbline.yaml:1:9: expected a value, found an anchor (they are not supported)",
                "plumbline.yaml:2:9: expected a value, found the alias \"a\" (they are not supported)",
                "plumbline.yaml:3:9: expected a value, found the tag \"tag:yaml.org,2002:str\" (they are not supported)",
            ])
    }

    @Test("a billion laughs are refused alias by alias, and quickly")
    func laughs() {
        var yaml = "a: &a [x, x]\n"
        for letter in 1..<10 {
            let before = String(repeating: "*\(letter == 1 ? "a" : "a\(letter - 1)"), ", count: 9)
            yaml += "a\(letter): &a\(letter) [\(before)x]\n"
        }
        let all = errors(yaml)
        #expect(all.count { $0.contains("found an anchor") } == 10)
        #expect(all.count { $0.contains("found the alias") } == 81)
    }

    @Test("deep nesting ends the reading", arguments: ["[", "{a: ", "- ", "? "])
    func depth(opening: String) {
        let count = 1_000_000 / opening.utf8.count
        let all = errors(String(repeating: opening, count: count))
        #expect(all.count == 1)
        #expect(all.first?.contains("expected at most 16 levels, found a deeper one") == true)
    }

    @Test("a megabyte of directives takes no time")
    func directives() {
        var yaml = "# first line\n"
        for number in 0..<60_000 { yaml += "%TAG !t\(number)! b\n" }
        #expect(
            errors(yaml + "---\n{}")
                == ["plumbline.yaml:2:1: expected a setting, found the directive %TAG (it is not supported)"])
        #expect(errors("#\u{2028}%TAG !t! b").count == 1)
    }

    @Test("a file of 2 MiB is refused by its size")
    func size() {
        #expect(
            errors(String(repeating: "#", count: 2 << 20))
                == ["plumbline.yaml:1:1: expected a file of at most 1MiB, found 2MiB"])
    }

    @Test("a flood of errors is counted")
    func flood() {
        var yaml = ""
        for number in 0..<60_000 { yaml += "k\(number): 1\n" }
        do throws(SettingsErrors) {
            _ = try read(yaml)
            Issue.record("the flood was accepted")
        } catch {
            #expect(error.errors.count == SettingsErrors.limit)
            #expect(error.unlistedCount == 60_000 - SettingsErrors.limit)
            #expect(error.description.hasSuffix("and 59900 more errors"))
        }
    }

    @Test("a second document, a list as root and a map as key are refused")
    func shapes() {
        #expect(errors("---\n{}\n---\n{}\n") == ["plumbline.yaml:3:1: expected one document, found a second one"])
        #expect(errors("- a\n") == ["plumbline.yaml:1:1: expected a map of settings, found a list"])
        #expect(errors("just words") == ["plumbline.yaml:1:1: expected a map of settings, found \"just words\""])
        #expect(errors("{a: 1}: 2") == ["plumbline.yaml:1:1: expected the name of a setting, found a map"])
        #expect(
            errors("limits: 5").first
                == "plumbline.yaml:1:9: limits: expected a map of series, counter_series, path_names, line_length, "
                + "open_inputs, connections, streams, header_size, idle_timeout, future, receive_buffer, health_history, timeline_cache, found \"5\""
        )
    }

    @Test("no damage to the example file crashes the reader", arguments: 0..<20)
    func damage(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func random(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let example = Array(SettingsExample.exampleYAML().utf8)
        let alphabet = Array("\0\t\n :-[]{}&*!|>'\"%@`#?,~aé0\u{FEFF}".utf8)
        for _ in 0..<50 {
            var bytes = example
            for _ in 0...random(below: 8) {
                let index = random(below: bytes.count)
                switch random(below: 3) {
                case 0: bytes[index] = alphabet[random(below: alphabet.count)]
                case 1: bytes.remove(at: index)
                default: bytes.insert(alphabet[random(below: alphabet.count)], at: index)
                }
            }
            for line in errors(bytes: bytes) { #expect(line.hasPrefix("plumbline.yaml:"), "seed \(seed)") }
        }
    }
}
