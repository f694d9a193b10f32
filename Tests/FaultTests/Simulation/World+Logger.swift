import RequestLog
import SystemPackage
import TestSupport

/// What the service writes.
extension World {
    /// The open log of the family, opened anew if the logger lost it.
    func writer(of family: LogFamily) -> LogWriter {
        if let writer = family.writer, writer.isAlive { return writer }
        family.torn = nil
        if family.isLinked, disk.contents(of: family.home) == nil {
            disk.write([], to: FilePath(family.home.removingLastComponent().string + "/target-0"))
            disk.link(family.home, to: "target-0")
        }
        let writer = LogWriter(family.home, in: disk)
        family.writer = writer
        return writer
    }

    /// The logger closes its log and opens whatever has the name now; what it held back comes first, or is dropped.
    func reopenLog(_ family: LogFamily) {
        if random.oneIn(3) { family.torn = nil } else { finishTorn(family) }
        family.writer = nil
    }

    func append(_ count: Int, to family: LogFamily) {
        finishTorn(family)
        let writer = writer(of: family)
        var bytes: [UInt8] = []
        let newline: [UInt8] = random.oneIn(12) ? [13, 10] : [10]
        for _ in 0..<count { bytes += newText() + newline }
        writer.write(bytes)
    }

    /// A request that ended a while ago and is written only now.
    func appendLate(to family: LogFamily) {
        finishTorn(family)
        let late = clocks.wall - .seconds(Int64.random(in: 1...(random.oneIn(4) ? 200_000 : 9_000), using: &random))
        writer(of: family).write(newText(at: late) + [10])
    }

    func makeLine(at time: Timestamp? = nil, padding: Int? = nil) -> Int {
        let time = time ?? clocks.wall
        let length = padding ?? (random.oneIn(5) ? Int.random(in: 0...1_400, using: &random) : 0)
        return truth.makeLine(at: time, stamp: timeStamp(time), padding: length, random: &random)
    }

    func newText(at time: Timestamp? = nil) -> [UInt8] {
        let number = makeLine(at: time)
        return truth.lines[number].text
    }

    func appendBadLines(to family: LogFamily) {
        finishTorn(family)
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            switch Int(random.next() % 5) {
            case 0: bytes += [10]
            case 1: bytes += [32, 9, 13, 10]
            case 2: bytes += Array("not a request \(random.next())\n".utf8)
            case 3: bytes += Array("{\"route\":\"/r/0\",\"number\":\(random.next())\n".utf8)
            default: bytes += [UInt8](repeating: 120, count: 2_000) + Array("\(random.next())\n".utf8)
            }
        }
        truth.otherBytes += bytes.count
        writer(of: family).write(bytes)
    }

    /// A line whose end comes later or never.
    func tear(_ family: LogFamily, atPage: Bool) {
        finishTorn(family)
        let writer = writer(of: family)
        let size = disk.contents(of: family.home)?.count ?? 0
        // A file system shows a write page by page.
        let toPage = 4_096 - size % 4_096
        if atPage && toPage > 1_400 { append(toPage / 400, to: family) }
        let number = makeLine(padding: atPage ? toPage + 300 : nil)
        let text = truth.lines[number].text + [10]
        let cut = atPage && toPage < text.count ? toPage : Int.random(in: 1..<text.count, using: &random)
        truth.otherBytes += text.count
        writer.write(text[..<cut])
        family.torn = LogFamily.Torn(line: number, rest: Array(text[cut...]))
    }

    func finishTorn(_ family: LogFamily) {
        guard let torn = family.torn else { return }
        family.torn = nil
        guard let writer = family.writer, writer.isAlive else { return }
        if torn.rest == [10] { truth.lateFeeds.insert(torn.line) }
        writer.write(torn.rest)
    }

    /// A new log begins empty; a logger often opens its file long before it writes.
    func emptyFile(_ family: LogFamily) {
        if disk.contents(of: family.home) == nil { disk.write([], to: family.home) }
    }
}
