import SystemPackage
import TestSupport

/// What logrotate and operators do to the logs.
extension World {
    func rename(_ family: LogFamily) {
        guard !family.isLinked else { return switchLink(family) }
        abandonCompression(of: family)
        guard family.rotate(on: disk, copying: false) != nil else { return }
        reopenLog(family)
        if random.oneIn(2) { disk.write([], to: family.home) }
        if random.oneIn(2) { append(Int.random(in: 1...3, using: &random), to: family) }
    }

    /// The writer is told late, and writes into the renamed file until then.
    func renameAndLinger(_ family: LogFamily) {
        guard !family.isLinked else { return }
        _ = writer(of: family)
        abandonCompression(of: family)
        guard family.rotate(on: disk, copying: false) != nil else { return }
        if random.oneIn(3) { disk.write([], to: family.home) }
        append(Int.random(in: 1...3, using: &random), to: family)
        if random.oneIn(2) {
            turn()
            append(1, to: family)
        }
        if random.oneIn(2) { reopenLog(family) }
    }

    func copyTruncate(_ family: LogFamily, looking: Bool, regrown: Bool) {
        guard !family.isLinked else { return }
        abandonCompression(of: family)
        let before = disk.contents(of: family.home)?.count ?? 0
        guard family.rotate(on: disk, copying: true) != nil else { return }
        if looking {
            // What is written between the copy and the cut is gone; logrotate says so itself.
            if random.oneIn(3) { append(1, to: family) }
            turn(budgetBytes: random.oneIn(2) ? 1 : 8 << 20)
        }
        disk.truncate(family.home)
        guard regrown else { return }
        var rounds = 0
        while disk.contents(of: family.home)?.count ?? 0 <= before, rounds < 40 {
            append(8, to: family)
            rounds += 1
        }
    }

    func compress(_ family: LogFamily) {
        guard begin(compressing: family) else { return }
        if random.oneIn(2) { turn() }
        finishCompression(of: family)
    }

    func compressInSteps(_ family: LogFamily) {
        if family.compression == nil { _ = begin(compressing: family) } else { finishCompression(of: family) }
    }

    private func begin(compressing family: LogFamily) -> Bool {
        guard family.compression == nil else { return false }
        let plainFiles = family.siblings(on: disk).filter { !$0.string.hasSuffix(".gz") }
        guard let source = plainFiles.randomElement(using: &random), let content = disk.contents(of: source),
            !content.isEmpty
        else { return false }
        let target = FilePath(source.string + ".gz")
        if disk.contents(of: target) != nil { disk.delete(target) }
        let packed = gzip(content)
        plain[packed] = content
        let cut = Int.random(in: 0..<packed.count, using: &random)
        disk.write(packed[..<cut], to: target)
        family.compression = LogFamily.Compression(source: source, target: target, rest: packed[cut...])
        return true
    }

    func finishCompression(of family: LogFamily) {
        guard let compression = family.compression else { return }
        family.compression = nil
        guard disk.contents(of: compression.target) != nil else { return }
        disk.write(compression.rest, to: compression.target)
        if random.oneIn(2) { turn() }
        if disk.contents(of: compression.source) != nil { disk.delete(compression.source) }
    }

    /// The compressor is interrupted and takes its half-written file away.
    func abandonCompression(of family: LogFamily) {
        guard let compression = family.compression else { return }
        family.compression = nil
        if disk.contents(of: compression.target) != nil { disk.delete(compression.target) }
    }

    func delete(_ family: LogFamily) {
        guard disk.contents(of: family.home) != nil else { return }
        if family.isLinked { return switchLink(family) }
        disk.delete(family.home)
        if random.oneIn(2) { reopenLog(family) }
    }

    func forgetGenerations(of family: LogFamily) {
        family.compression = nil
        for path in family.siblings(on: disk) where random.oneIn(2) { disk.delete(path) }
    }

    /// `current.log` points at another file from now on.
    func switchLink(_ family: LogFamily) {
        guard family.isLinked else { return }
        reopenLog(family)
        family.rotations += random.oneIn(4) ? 0 : 1
        let target = "target-\(family.rotations % 4)"
        let path = FilePath(family.home.removingLastComponent().string + "/" + target)
        disk.write([], to: path)
        disk.link(family.home, to: FilePath(target))
    }
}
