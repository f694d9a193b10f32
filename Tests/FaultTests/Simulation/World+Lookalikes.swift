import Files
import Store
import SystemPackage
import Tailing
import TestSupport

/// Files that are not what they seem.
extension World {
    enum Replacement { case shorter, beginning, identical }

    /// Two logs whose first lines are the same, for 64 KiB or a little; then each goes its way.
    func makeTwins(_ family: LogFamily, large: Bool) {
        guard !family.isLinked, let twin = otherFamily(than: family) else { return }
        rename(family)
        rename(twin)
        for other in [family, twin] {
            other.writer = nil
            other.torn = nil
            if disk.contents(of: other.home) != nil { disk.delete(other.home) }
        }
        let target = large ? 65_536 + Int.random(in: -2...1_500, using: &random) : 300
        var bytes: [UInt8] = []
        var shared: [Int] = []
        while bytes.count < target {
            let number = makeLine(padding: large ? 1_300 : nil)
            shared.append(number)
            bytes += truth.lines[number].text + [10]
        }
        writer(of: family).write(bytes)
        if random.oneIn(2) { turn() }
        let isAhead = random.oneIn(4)
        if isAhead { append(1, to: family) }
        writer(of: twin).write(bytes)
        if random.oneIn(2) { turn() }
        hasTwins = true
        let isKnown = !isAhead && isTold(apart: random.oneIn(2))
        excuse(shared, .sharedBeginning, isKnown: isKnown)
        if random.oneIn(2) { append(2, to: family) }
        if random.oneIn(2) { append(3, to: twin) }
    }

    /// Somebody copies a log to a name that an input matches.
    func copyToMatchedPath(_ family: LogFamily) {
        guard !family.isLinked, disk.contents(of: family.home) != nil, let twin = otherFamily(than: family),
            disk.contents(of: twin.home) == nil
        else { return }
        finishTorn(family)
        hasTwins = true
        let copied = requests(in: disk.contents(of: family.home) ?? [])
        disk.copy(family.home, to: twin.home)
        excuse(copied, .matchedCopy, isKnown: isTold(apart: random.oneIn(2)))
    }

    private func excuse(_ lines: [Int], _ excuse: Excuse, isKnown: Bool) {
        guard !isKnown else { return toldApart.append((lines, excuse)) }
        for number in lines { truth.addCopy(of: number, excuse) }
    }

    /// Whether the agent had the time to see that a file is a copy, before either of the two gets anything more.
    private func isTold(apart isAwaited: Bool) -> Bool {
        // With few slots it may have to wait for one.
        guard isAwaited, life != nil, configuration.openLogs >= 100, configuration.inputs.count == inputs.count,
            !hasFaults, !isDamaged, !isDeleted, isAllReadable
        else { return false }
        work(seconds: 26)
        tell("    told apart: \(describeFiles())  \(describeAgent())")
        return true
    }

    private var isAllReadable: Bool {
        families.flatMap { $0.files(on: disk) }.compactMap { disk.identity(of: $0) }.allSatisfy { disk.isReadable($0) }
    }

    private func otherFamily(than family: LogFamily) -> LogFamily? {
        families.filter { $0 !== family && $0.source == family.source && !$0.isLinked }.randomElement(using: &random)
            ?? makeFamily().flatMap { $0.source == family.source ? $0 : nil }
    }

    /// A backup in the manner of a rotated file; it is a copy and nothing else.
    func copyBeside(_ family: LogFamily) {
        guard let source = family.files(on: disk).randomElement(using: &random), disk.contents(of: source) != nil,
            !family.isLinked
        else { return }
        let suffix = source.string.hasSuffix(".gz") ? ".gz" : ""
        let target = FilePath("\(family.home)-2024010\(Int(random.next() % 10))\(suffix)")
        guard disk.contents(of: target) == nil else { return }
        disk.copy(source, to: target)
    }

    /// Another file is renamed over the log.
    func replace(_ family: LogFamily, _ replacement: Replacement) {
        guard !family.isLinked, let old = disk.contents(of: family.home), !old.isEmpty else { return }
        var content: [UInt8]
        switch replacement {
        case .identical: content = old
        case .shorter: content = newText() + [10]
        case .beginning:
            let (whole, _) = Truth.split(old[...])
            guard whole.count > 1 else { return }
            let kept = Int.random(in: 1..<whole.count, using: &random)
            content = Array(old[..<whole[kept - 1].endIndex]) + [10]
            hasCutLogs = true
            for number in requests(in: content) { truth.addCopy(of: number, .matchedCopy) }
        }
        let replaced = disk.identity(of: family.home)
        let temporary = family.directory.appending("replacement.tmp")
        disk.truncate(temporary)
        disk.write(content, to: temporary)
        disk.move(temporary, to: family.home)
        if replacement == .beginning { noteCut(family, from: old, to: content.count) }
        // The same content is the same log, cut as it was; what is remembered of it may be from before an earlier cut.
        if replacement != .shorter, let file = disk.identity(of: family.home) {
            for index in family.cuts.indices where family.cuts[index].file == replaced {
                family.cuts[index].file = file
                family.cuts[index].kept = min(family.cuts[index].kept, content.count)
            }
        }
        family.rotations += 1
        family.torn = nil
        family.writer = nil
    }

    /// The log is cut somewhere inside and grows on from there.
    func cutMiddle(_ family: LogFamily) {
        guard !family.isLinked, let old = disk.contents(of: family.home), old.count > 2 else { return }
        let length = Int.random(in: 1..<old.count, using: &random)
        disk.truncate(family.home, to: length)
        for index in family.cuts.indices where family.cuts[index].file == disk.identity(of: family.home) {
            family.cuts[index].kept = min(family.cuts[index].kept, length)
        }
        noteCut(family, from: old, to: length)
        hasCutLogs = true
        family.torn = nil
        // It is known for what it is only while it is nothing but a beginning of what it was, and of no other log.
        let isElsewhere = families.flatMap { $0.files(on: disk) }.contains { path in
            disk.identity(of: path) != disk.identity(of: family.home)
                && content(of: path)?.starts(with: old[..<length]) == true
        }
        let inode = (try? disk.duplicate().metadata(of: family.home))?.inode
        let isFollowed = life?.store.state.inputs.values.contains { state in
            !state.position.finished && state.position.inode == inode && state.position.path == family.home
        }
        guard isFollowed != true || isElsewhere || !isTold(apart: random.oneIn(2)) else { return }
        for number in requests(in: Array(old[..<length])) { truth.addCopy(of: number, .cutBack) }
    }

    private func noteCut(_ family: LogFamily, from old: [UInt8], to kept: Int) {
        guard let file = disk.identity(of: family.home) else { return }
        family.cuts.append(LogFamily.Cut(file: file, kept: kept, old: old))
        excuseCopies(of: old, cutTo: kept, beside: family)
    }

    /// A copy that reaches over the cut, but not to the next checksum that is remembered of what stood there, may as well
    /// be the cut log grown on: what comes behind the cut is read a second time rather than lost.
    private func excuseCopies(of old: [UInt8], cutTo kept: Int, beside family: LogFamily) {
        let start = old[..<kept].lastIndex(of: 10).map { $0 + 1 } ?? 0
        var behind: Set<Int> = []
        for path in family.siblings(on: disk) {
            guard let copy = content(of: path), copy.count > kept, copy.count < old.count,
                copy.count < LogFamily.Cut.horizon(of: kept), old.starts(with: copy)
            else { continue }
            let (whole, rest) = Truth.split(copy[start...])
            for segment in whole + [rest] {
                if case .request(let number) = truth.classify(segment) { behind.insert(number) }
            }
        }
        for number in behind { truth.addCopy(of: number, .cutBack) }
    }

    /// What was written behind a cut can be missed as long as nothing that is remembered of the log reaches over the first
    /// byte that differs.
    func excuseCutLogs() {
        for family in families where !family.cuts.isEmpty {
            let paths = family.files(on: disk)
            family.cuts.removeAll { cut in
                guard let path = paths.first(where: { disk.identity(of: $0) == cut.file }),
                    let content = disk.contents(of: path), content.count >= cut.kept
                else { return true }
                let start = content[..<cut.kept].lastIndex(of: 10).map { $0 + 1 } ?? 0
                let end = min(content.count, cut.end(in: content))
                for number in requests(in: Array(content[start..<max(start, end)])) {
                    truth.excuse(number, .cutBack, isOwed: false)
                }
                return false
            }
        }
    }

    func requests(in content: [UInt8]) -> [Int] {
        Truth.split(content[...]).whole.compactMap { segment in
            if case .request(let number) = truth.classify(segment) { number } else { nil }
        }
    }
}
