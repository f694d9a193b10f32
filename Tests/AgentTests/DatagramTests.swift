import Agent
import Files
import Glibc
import RequestLog
import RollingWindow
import Settings
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("datagrams", .timeLimit(.minutes(10)))
struct DatagramTests {
    @Test(
        "datagrams become lines",
        arguments: [
            ([], "", 0), (["a"], "a\n", 1), (["a\n"], "a\n", 0), (["a\nb", "c\n\n"], "a\nb\nc\n\n", 1),
            (["", "\n", "", "a"], "\na\n", 1), (["too long", "a"], "a\n", 1),
            (["seven b", "\n\n"], "seven b\n\n\n", 1),
        ] as [([String], String, Int)])
    func lines(datagrams: [String], lines: String, addedLineFeeds: Int) throws {
        var block = DatagramBlock()
        var left = datagrams[...]
        while try block.append(limit: 7, { left.popFirst()?.put(into: $0) }) {}
        #expect(left.isEmpty)
        #expect(String(decoding: block.lines, as: UTF8.self) == lines)
        #expect(block.addedLineFeeds == addedLineFeeds)
        #expect(block.overlong.count == (datagrams.contains("too long") ? 1 : 0))
        #expect(block.overlong.bytes == (datagrams.contains("too long") ? 8 : 0))
        block.removeAll()
        #expect(block.isEmpty && block.addedLineFeeds == 0)
    }

    @Test("a block is full before the longest datagram finds no room")
    func full() throws {
        var block = DatagramBlock()
        let longest = String(repeating: "x", count: DatagramBlock.longestDatagram)
        var count = 0
        while !block.isFull {
            #expect(try block.append(limit: .max) { longest.put(into: $0) })
            count += 1
        }
        #expect(block.overlong.count == 0)
        #expect(block.lines.count == count * (DatagramBlock.longestDatagram + 1))
        #expect(block.lines.count <= DatagramBlock.capacity)
    }

    @Test("what is received is counted once, and goes on over a restart", arguments: [true, false])
    func counted(isUnix: Bool) throws {
        let place = try Place(isUnix: isUnix)
        let agent = try place.start()
        let sender = try place.sender()
        let lines = (0..<300).map { line($0, at: agent.now) }
        for number in 0..<100 { try sender.send(lines[number]) }
        for number in stride(from: 100, to: 300, by: 2) { try sender.send("\(lines[number])\n\(lines[number + 1])\n") }
        try sender.send("no record\n\n")
        try place.wait(agent) { $0.lines == 302 }
        try agent.commit()
        #expect(try agent.committed().total == 300)
        let ledger = agent.ingest.ledger.total
        #expect(ledger.counts.accepted == 300 && ledger.counts.blank == 1 && ledger.counts[.malformed] == 1)
        #expect(ledger.bytes == UInt64(lines.reduce(0) { $0 + $1.utf8.count } + 200 + 11))
        #expect(ledger.lostDatagrams == (isUnix ? nil : 0))

        agent.kill()
        try agent.start()
        #expect(agent.ingest.ledger.total == ledger)
        try sender.send(line(300, at: agent.now))
        try place.wait(agent) { $0.lines == 303 }
        try agent.commit()
        let facts = try agent.committed()
        #expect(facts.total == 301)
        #expect(facts.inputs.map(\.position.log) == [1])
        #expect(agent.ingest.ledger.inputs.map(\.path) == [place.address.text])
    }

    @Test(
        "a head of syslog is peeled off each datagram",
        arguments: [
            "<190>Nov 23 15:00:00 web-1 nginx: ", "<190>Nov 23 15:00:00 nginx: ",
            "<190>1 2026-11-23T15:00:00.003Z web-1 nginx 12 - - ",
        ])
    func heads(head: String) throws {
        let place = try Place(isUnix: true)
        let agent = try place.start()
        let sender = try place.sender()
        // What begins like a line that is continued is its own line, for the next one may be another program's.
        try sender.send("2026-11-23T15:00:00Z stdout P {")
        for number in 0..<3 { try sender.send(head + line(number, at: agent.now)) }
        try place.wait(agent) { $0.lines == 4 }
        #expect(agent.ingest.ledger.total.counts.accepted == 3)
        try agent.commit()
        #expect(try agent.committed().requests == ["/line/0": 1, "/line/1": 1, "/line/2": 1])
    }

    @Test("a datagram over the limit is one line that is too long")
    func overlong() throws {
        let place = try Place(isUnix: true)
        let agent = try place.start()
        let sender = try place.sender()
        let limit = DatagramBlock.longestDatagram
        try sender.send(String(repeating: "\n", count: limit + 1))
        try sender.send(line(0, at: agent.now))
        try sender.send(String(repeating: "\n", count: limit))
        try place.wait(agent) { $0.lines == UInt64(limit + 2) }
        let ledger = agent.ingest.ledger.total
        #expect(ledger.counts[.tooLong] == 1)
        #expect(ledger.counts.accepted == 1 && ledger.counts.blank == UInt64(limit))
        #expect(ledger.bytes == UInt64(2 * limit + 1 + line(0, at: agent.now).utf8.count))
    }

    @Test("what the kernel drops is counted: with what is received, it is what was sent")
    func drops() throws {
        let place = try Place(isUnix: false, receiveBuffer: .kibibytes(8))
        // Nobody receives while they are sent.
        let agent = try place.start(receives: false)
        let sender = try place.sender()
        for number in 0..<500 { try sender.send(line(number, at: agent.now)) }
        place.receiver.start()
        try place.wait(agent) { $0.lines + ($1 ?? 0) == 500 }
        let ledger = agent.ingest.ledger.total
        #expect(try #require(ledger.lostDatagrams) > 400)
        #expect(ledger.counts.accepted > 0)

        // Dropped before the restart is dropped; the kernel begins anew with the next socket.
        try agent.commit()
        #expect(try agent.committed().ledger.lostDatagrams == ledger.lostDatagrams)
    }

    @Test("an input that is none any more keeps its ledger and hides nothing")
    func formerInput() throws {
        let place = try Place(isUnix: true)
        let agent = try place.start()
        try place.sender().send(line(0, at: agent.now))
        try place.wait(agent) { $0.lines == 1 }
        try agent.commit()
        agent.kill()
        let later = try PipelineRehearsal("/log/a.log", on: agent.disk)
        later.disk.write(line(1, at: later.now) + "\n", to: "/log/a.log")
        try later.settle()
        #expect(later.ingest.ledger.inputs.map(\.path) == [place.address.text, "/log/a.log"])
        #expect(later.ingest.ledger.total.counts.accepted == 2)
        #expect(later.ingest.problems.isEmpty)
    }
}

/// A socket of one test, and who sends to it.
private final class Place {
    let address: DatagramAddress
    let receiver: DatagramReceiver
    private let directory: TemporaryDirectory
    private let port: UInt16

    init(isUnix: Bool, receiveBuffer: ByteCount = .mebibytes(4)) throws {
        directory = try TemporaryDirectory("datagrams")
        port = try DatagramSender.freePort()
        address =
            isUnix
            ? .unix(path: directory.path.appending("in.sock").string) : .udp(HostPort(host: "127.0.0.1", port: port))
        receiver = DatagramReceiver(try DatagramSocket.open(address, receiveBuffer: receiveBuffer), limitBytes: 1 << 20)
    }

    deinit { receiver.stop() }

    func start(receives: Bool = true) throws -> PipelineRehearsal {
        if receives { receiver.start() }
        return try PipelineRehearsal([.following(address.text)], receivers: [receiver])
    }

    func sender() throws -> DatagramSender {
        switch address {
        case .unix(let path): try DatagramSender(unix: path)
        case .udp: try DatagramSender(udp: port)
        }
    }

    /// Looks until it is so: the receiver has a thread of its own.
    func wait(_ agent: PipelineRehearsal, _ isSo: (LineCounts, _ lost: UInt64?) -> Bool) throws {
        for _ in 0..<10_000 {
            agent.look()
            let total = agent.ingest.ledger.total
            if isSo(total.counts, total.lostDatagrams) { return }
            usleep(1_000)
        }
        let total = agent.ingest.ledger.total
        Issue.record("waited in vain at \(total)")
    }

    func wait(_ agent: PipelineRehearsal, _ isSo: (LineCounts) -> Bool) throws {
        try wait(agent) { counts, _ in isSo(counts) }
    }
}

extension String {
    /// As recv does with MSG_TRUNC: what fits, and how long it was.
    fileprivate func put(into room: UnsafeMutableRawBufferPointer) -> Int {
        room.copyBytes(from: utf8.prefix(room.count))
        return utf8.count
    }
}
