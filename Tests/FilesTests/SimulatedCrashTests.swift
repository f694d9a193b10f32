import Files
import SystemPackage
import TestSupport
import Testing

@Suite("The simulated disk")
struct SimulatedCrashTests {
    @Test("what was synchronized survives every crash, what was not is a beginning or nothing", arguments: 0..<50)
    func crash(seed: UInt64) throws {
        let files = SimulatedFileSystem()
        try files.createDirectory("/data")
        try files.synchronizeDirectory("/")
        let file = try files.open("/data/a", .append)
        try append([UInt8](repeating: 1, count: 1_000), to: file)
        try file.synchronize()
        try files.synchronizeDirectory("/data")
        try append([UInt8](repeating: 2, count: 3_000), to: file)
        _ = try files.open("/data/b", .append)
        files.crash(seed: seed)
        #expect(throws: FileError.self) { try file.metadata() }
        let content = try #require(files.contents(of: "/data/a"))
        #expect(content.prefix(1_000).allSatisfy { $0 == 1 })
        #expect(content.count >= 1_000 && content.count <= 4_000)
        #expect(content.dropFirst(1_000).allSatisfy { $0 == 2 || $0 == 0 })
    }

    @Test("all fates of unsynchronized bytes and names come up")
    func variety() throws {
        var sizes: Set<Int> = []
        var names: Set<Int> = []
        for seed in 0..<100 {
            let files = SimulatedFileSystem()
            files.write([UInt8](repeating: 1, count: 100), to: "/a")
            files.synchronizeEverything()
            files.write([UInt8](repeating: 2, count: 100), to: "/a")
            files.move("/a", to: "/b")
            files.crash(seed: UInt64(seed))
            names.insert(files.contents(of: "/a") == nil ? 0 : 1)
            sizes.insert((files.contents(of: "/a") ?? files.contents(of: "/b") ?? []).count)
        }
        #expect(names == [0, 1])
        #expect(sizes.count > 20)
        #expect(sizes.min()! >= 100)
    }

    @Test("the n-th call fails, once; a standing fault stays; a full disk takes what fits")
    func faults() throws {
        let files = SimulatedFileSystem()
        files.plan { $0.failCall(2, with: .ioError) }
        let file = try files.open("/a", .append)
        #expect(throws: FileError(.write, "/a", .ioError)) { try append([1, 2], to: file) }
        try file.truncate(to: 0)
        files.plan { $0.capacityBytes = 3 }
        #expect(throws: FileError(.write, "/a", .noSpace)) { try append([1, 2, 3, 4], to: file) }
        #expect(files.contents(of: "/a") == [1, 2, 3])
        files.plan { $0.standing = [FaultPlan.Standing(nil, "/a", .readOnlyFileSystem)] }
        #expect(throws: FileError(.sync, "/a", .readOnlyFileSystem)) { try file.synchronize() }
        _ = try files.open("/b", .append)
    }

    @Test("a freed inode number is given out again, but not while the file is open")
    func inodes() throws {
        let files = SimulatedFileSystem()
        files.write("x", to: "/a")
        let first = try files.metadata(of: "/a").inode
        var file: (any OpenFile)? = try files.open("/a", .read)
        files.delete("/a")
        files.write("y", to: "/b")
        #expect(try files.metadata(of: "/b").inode != first)
        withExtendedLifetime(file) {}
        file = nil
        files.write("z", to: "/c")
        #expect(try files.metadata(of: "/c").inode == first)
    }

    private func append(_ bytes: [UInt8], to file: any OpenFile) throws {
        try bytes.withUnsafeBytes { try file.append($0) }
    }
}
