import Files
import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("Anything that can happen to a log, in any order")
struct RandomActionsTests {
    @Test("every line that still exists is handed on exactly once, every other at most once", arguments: 0..<60)
    func exactlyOnce(seed: Int) {
        let world = RandomWorld(seed: UInt64(seed))
        world.run(steps: 60)
        let verdict = world.verdict()
        #expect(verdict == nil, "seed \(seed), inputs \(world.pattern)\n\(world.story.joined(separator: "\n"))")
    }
}

/// A logger and a logrotate with a will of their own, a tailer that is killed now and then, and who knows what was written.
private final class RandomWorld {
    private enum Action: CaseIterable {
        case append, appendTorn, rename, renameAndLinger, copyTruncate, copyLookTruncate, compress, deleteCurrent
        case look, lookShortly, commit, kill, pass, passLong
    }

    let pattern: String
    private(set) var story: [String] = []
    private var random: SeededRandom
    private let harness: TailHarness
    private let log: FilePath = "/log/a.log"
    private var nextLine = 0
    private var torn: (path: FilePath, rest: String)?
    /// Compressed content → what it was.
    private var plain: [[UInt8]: [UInt8]] = [:]
    private var written: Set<String> = []

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        pattern = ["/log/a.log", "/log/*.log", "/log/a.log*"][Int(random.next() % 3)]
        harness = TailHarness(pattern)
        harness.files.makeDirectory("/log")
        harness.append(line(count: random.oneIn(4) ? 400 : 1))
        harness.look()
        harness.commit()
    }

    func run(steps: Int) {
        for _ in 0..<steps {
            let action = Action.allCases.randomElement(using: &random)!
            let before = (harness.lines.count, harness.sink.opened.count, harness.sink.finished.count)
            harness.pass(seconds: 0.004)
            perform(action)
            story.append(
                "\(action) +\(harness.lines.count - before.0) \(harness.sink.opened.dropFirst(before.1)) finished "
                    + "\(harness.sink.finished.dropFirst(before.2)) files \(fileList())")
        }
    }

    /// What is wrong at the end; nil if nothing is.
    func verdict() -> String? {
        finishTorn()
        for _ in 0..<4 { harness.settle() }
        var counts: [String: Int] = [:]
        for line in harness.lines { counts[line, default: 0] += 1 }
        let twice = counts.filter { $0.value > 1 }.keys.sorted()
        let unknown = counts.keys.filter { !written.contains($0) }.sorted()
        let missing = existing().filter { counts[$0] == nil }.sorted()
        let wrong = [("twice", twice), ("unknown", unknown), ("missing", missing)].filter { !$0.1.isEmpty }
        return wrong.isEmpty ? nil : wrong.map { "\($0.0): \($0.1.prefix(5))" }.joined(separator: "; ")
    }

    private func perform(_ action: Action) {
        switch action {
        case .append:
            finishTorn()
            harness.append(line(count: Int.random(in: 1...4, using: &random)))
        case .appendTorn:
            finishTorn()
            let text = line(count: 1)[0] + "\n"
            let cut = Int.random(in: 1..<text.count, using: &random)
            harness.files.write(String(text.prefix(cut)), to: log)
            torn = (log, String(text.dropFirst(cut)))
        case .rename:
            finishTorn()
            rotate { harness.files.move(log, to: "/log/a.log.1") }
            if random.oneIn(2) { harness.files.write("", to: log) }
        case .renameAndLinger:
            rotate { harness.files.move(log, to: "/log/a.log.1") }
            if torn?.path == log { torn?.path = "/log/a.log.1" }
            harness.append(line(count: 2))
        case .copyTruncate, .copyLookTruncate:
            finishTorn()
            rotate {
                harness.files.copy(log, to: "/log/a.log.1")
                if action == .copyLookTruncate {
                    if random.oneIn(2) { harness.append(line(count: 1)) }
                    harness.look(budget: random.oneIn(2) ? 1 : .max)
                }
                harness.files.truncate(log)
            }
            if random.oneIn(2) { harness.append(line(count: Int.random(in: 1...12, using: &random))) }
        case .compress:
            guard torn == nil || torn?.path == log else { return }
            compressOne()
        case .deleteCurrent:
            guard harness.files.contents(of: log) != nil, torn == nil else { return }
            harness.files.delete(log)
            harness.append(line(count: 1))
        case .look: harness.look()
        case .lookShortly:
            _ = harness.tailer.poll(now: harness.now, sink: &harness.sink, budgetBytes: 1)
        case .commit: harness.commit()
        case .kill: harness.kill()
        case .pass: harness.pass(seconds: 1)
        case .passLong: harness.pass(seconds: 12)
        }
    }

    private func fileList() -> String {
        let names = ((try? harness.files.names(in: "/log")) ?? []).sorted()
        return names.map { "\($0):\(harness.files.contents(of: FilePath("/log").appending($0))?.count ?? 0)" }
            .joined(separator: " ")
    }

    private func line(count: Int) -> [String] {
        (0..<count).map { _ in
            nextLine += 1
            let text = "line \(nextLine) " + String(repeating: "=", count: Int.random(in: 0...40, using: &random))
            written.insert(text)
            return text
        }
    }

    private func finishTorn() {
        guard let rest = torn else { return }
        torn = nil
        if harness.files.contents(of: rest.path) != nil { harness.files.write(rest.rest, to: rest.path) }
    }

    /// Shifts the generations; the oldest of five is overwritten.
    private func rotate(_ move: () -> Void) {
        guard harness.files.contents(of: log) != nil else { return }
        for number in (1...4).reversed() {
            for suffix in ["", ".gz"] {
                let from = FilePath("/log/a.log.\(number)\(suffix)")
                if harness.files.contents(of: from) != nil {
                    if number == 4 { for old in ["", ".gz"] { remove(FilePath("/log/a.log.5\(old)")) } }
                    harness.files.move(from, to: FilePath("/log/a.log.\(number + 1)\(suffix)"))
                    if torn?.path == from { torn?.path = FilePath("/log/a.log.\(number + 1)\(suffix)") }
                }
            }
        }
        move()
    }

    private func remove(_ path: FilePath) {
        if harness.files.contents(of: path) != nil { harness.files.delete(path) }
        if torn?.path == path { torn = nil }
    }

    private func compressOne() {
        let number = Int.random(in: 1...4, using: &random)
        let path = FilePath("/log/a.log.\(number)")
        guard let content = harness.files.contents(of: path), !content.isEmpty else { return }
        let packed = gzip(content)
        plain[packed] = content
        let target = FilePath(path.string + ".gz")
        harness.files.write(packed.prefix(packed.count / 2), to: target)
        if random.oneIn(2) { harness.look() }
        harness.files.write(packed.dropFirst(packed.count / 2), to: target)
        if random.oneIn(2) { harness.look() }
        harness.files.delete(path)
    }

    private func existing() -> Set<String> {
        var lines: Set<String> = []
        for name in (try? harness.files.names(in: "/log")) ?? [] {
            guard let bytes = harness.files.contents(of: FilePath("/log").appending(name)) else { continue }
            for line in (plain[bytes] ?? bytes).split(separator: 10) {
                lines.insert(String(decoding: line, as: UTF8.self))
            }
        }
        // A line whose end never came (its writer was rotated away) is only a line at its file's end.
        return lines.intersection(written)
    }
}
