import Files
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("the files of change records")
struct ChangeFilesTests {
    private let directory = DataDirectory("/data")

    @Test("a record that is replaced is the old one or the new one, wherever the program dies or the power fails")
    func crash() throws {
        let (old, new) = (Array("old".utf8), Array("a new and longer one".utf8))
        for step in 1...16 {
            let disk = SimulatedFileSystem()
            disk.makeDirectory("/data")
            let files = ChangeFiles(directory, disk)
            try files.write("cache-it", old)
            disk.plan { $0.dieAtCall(step) }
            let isWritten = (try? files.write("cache-it", new)) != nil
            disk.plan { $0.revive() }
            // Killed: what the program had handed over is there.
            let killed = try ChangeFiles(directory, disk.duplicate()).all()
            #expect(
                killed.records == ["cache-it": new] || (!isWritten && killed.records == ["cache-it": old]),
                "call \(step)")
            for seed in 1...4 {
                let unplugged = disk.duplicate()
                unplugged.crash(seed: UInt64(seed))
                let found = try ChangeFiles(directory, unplugged).all()
                #expect(
                    found.records == ["cache-it": new] || (!isWritten && found.records == ["cache-it": old]),
                    "call \(step), seed \(seed)")
            }
            // What a killed writer left behind is in nobody's way.
            try files.write("cache-it", new)
            #expect(try files.read("cache-it") == new)
        }
    }

    @Test("one that cannot be read is named, and hides no other")
    func unreadable() throws {
        let disk = SimulatedFileSystem()
        disk.makeDirectory("/data")
        let files = ChangeFiles(directory, disk)
        try files.write("one", [1])
        try files.write("two", [2])
        disk.makeDirectory("/data/changes/three.json")
        disk.write("x", to: "/data/changes/.hidden.json")
        disk.write("x", to: "/data/changes/four.json.tmp")
        let all = try files.all()
        #expect(all.records == ["one": [1], "two": [2]])
        #expect(all.unreadable.count == 1 && all.unreadable[0].contains("three.json"))
        #expect(try files.read("five") == nil)
    }

    @Test("no directory of changes is no changes; two writers exclude each other")
    func lock() throws {
        let disk = SimulatedFileSystem()
        disk.makeDirectory("/data")
        let files = ChangeFiles(directory, disk)
        #expect(try files.all().records.isEmpty)
        let held = try files.lock()
        #expect(held != nil)
        #expect(try files.lock() == nil)
        withExtendedLifetime(held) {}
    }

    @Test("names that would be paths are none", arguments: ["", "../x", "a/b", ".x", "x.tmp", "lock"])
    func names(name: String) { #expect(!ChangeFiles.isName(name)) }
}
