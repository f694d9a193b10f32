import Files
import Glibc
import SystemPackage
import Tailing
import TestSupport
import Testing

/// On the operating system's files, with inotify: a look is only taken when the kernel says that there is a reason.
@Suite("Following real files")
final class RealFilesTests {
    private let temporary: TemporaryDirectory
    private let directory: FilePath
    private let log: FilePath
    private let watcher: InotifyWatcher
    private let tailer: Tailer
    private var sink = RecordingSink()

    init() throws {
        temporary = try TemporaryDirectory("tailing")
        directory = temporary.path
        log = directory.appending("sub").appending("a.log")
        watcher = try #require(InotifyWatcher())
        let input = TailInput(pattern: log.string, source: "main", fromStart: false)
        tailer = Tailer(fileSystem: RealFileSystem(), inputs: [input], watcher: watcher)
    }

    @Test("a directory, a file and lines that appear are reported and read; rotation and truncation too")
    func life() throws {
        #expect(look(waiting: false).nextLookNanoseconds == nil)
        #expect(sink.problems == [.missing])
        try RealFileSystem().createDirectory(log.removingLastComponent())
        try append("one\n")
        look()
        #expect(sink.text == ["one"])
        try append("two\nthr")
        look()
        try append("ee\n")
        look()
        #expect(sink.text == ["one", "two", "three"])
        try RealFileSystem().rename(log, to: FilePath(log.string + ".1"))
        try append("four\n")
        look()
        #expect(sink.text == ["one", "two", "three", "four"])
        try RealFileSystem().open(log, .append).truncate(to: 0)
        try append("five and more\n")
        look()
        #expect(sink.text == ["one", "two", "three", "four", "five and more"])
        #expect(tailer.counters == oneTruncation)
    }

    @Test("nothing that happens is a reason to look again, and other names in the directory are none either")
    func idle() throws {
        try RealFileSystem().createDirectory(log.removingLastComponent())
        try append("one\n")
        let progress = look(waiting: false)
        #expect(!progress.moreReady)
        #expect(progress.nextLookNanoseconds == nil)
        _ = try RealFileSystem().open(log.removingLastComponent().appending("b.log"), .append)
        look(waiting: false)
        #expect(watcher.takeChanges() == Changes())
    }

    @Test("a FIFO is refused, not waited for")
    func fifo() throws {
        try RealFileSystem().createDirectory(log.removingLastComponent())
        #expect(mkfifo(log.string, 0o600) == 0)
        #expect(throws: FileError(.open, log, .invalidArgument)) { try RealFileSystem().open(log, .read) }
    }

    private var oneTruncation: TailCounters {
        var counters = TailCounters()
        counters.truncations = 1
        return counters
    }

    private func append(_ text: String) throws {
        try Array(text.utf8).withUnsafeBytes { try RealFileSystem().open(log, .append).append($0) }
    }

    @discardableResult
    private func look(waiting: Bool = true) -> TailProgress {
        if waiting {
            var event = pollfd(fd: watcher.descriptor, events: Int16(POLLIN), revents: 0)
            #expect(poll(&event, 1, 2_000) == 1, "the kernel reported nothing")
        }
        var progress = tailer.poll(now: 0, sink: &sink, budgetBytes: .max)
        while progress.moreReady { progress = tailer.poll(now: 0, sink: &sink, budgetBytes: .max) }
        return progress
    }
}
