import Files
import Glibc
import SystemPackage
import Tailing
import TestSupport
import Testing

/// What other tools got wrong, on the operating system's files: here inode numbers come back by themselves.
@Suite("Rotating real files")
final class RealRotationTests {
    private let temporary: TemporaryDirectory
    private let directory: FilePath
    private let log: FilePath
    private let files = RealFileSystem()
    private let input: TailInput
    private var tailer: Tailer!
    private var sink = RecordingSink()
    private var now: Int64 = 0

    init() throws {
        temporary = try TemporaryDirectory("rotation")
        directory = temporary.path
        log = directory.appending("a.log")
        input = TailInput(pattern: log.string, source: "main", fromStart: true)
        tailer = Tailer(fileSystem: files, inputs: [input])
    }

    // logstash-input-file #109, in its own five lines: three files, and the first inode again.
    @Test("a rotation of three files that gives back the first inode", arguments: [0, 11] as [Int64], [false, true])
    func threeFiles(secondsBetween: Int64, isDown: Bool) throws {
        var inodes: Set<UInt64> = []
        var written = 0
        for generation in 0..<8 {
            try append(numbered(written..<(written + 2 + generation)))
            written += 2 + generation
            inodes.insert(try files.metadata(of: log).inode)
            look()
            now += secondsBetween * 1_000_000_000
            look()
            let positions = tailer.allPositions()
            // Away: no file is held open while the names change.
            if isDown { tailer = nil }
            unlink(directory.appending("a.log.2").string)
            rename(directory.appending("a.log.1").string, directory.appending("a.log.2").string)
            rename(log.string, directory.appending("a.log.1").string)
            guard isDown else { continue }
            try append(numbered(written..<(written + 1)))
            written += 1
            tailer = Tailer(fileSystem: files, inputs: [input], resuming: positions)
        }
        look()
        now += 11_000_000_000
        look()
        #expect(sink.text.sorted() == numbered(0..<written).sorted(), "inodes \(inodes.sorted())")
    }

    // Tried on mtail: `: > log` and more bytes than before inside one poll of 250 ms cost it five lines of 13.
    @Test("truncated by a shell and written beyond the old size between two looks", arguments: [1, 5, 8, 300])
    func truncatedAndRegrown(newLines: Int) throws {
        try append(numbered(0..<5))
        look()
        try files.open(log, .append).truncate(to: 0)
        try append(numbered(100..<(100 + newLines)))
        now += 250_000_000
        look()
        #expect(sink.text == numbered(0..<5) + numbered(100..<(100 + newLines)))
        #expect(tailer.counters.truncations == 1)
    }

    private func append(_ lines: [String]) throws {
        let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
        try bytes.withUnsafeBytes { try files.open(log, .append).append($0) }
    }

    private func look() {
        while tailer.poll(now: now, sink: &sink, budgetBytes: .max).moreReady {}
    }
}
