import Files
import SystemPackage

/// The open files: what is new in them.
extension Tailer {
    /// One log's turn at the budget, so that a busy one does not hold up the others.
    private static let turnBytes = 1024 * 1024

    func lookAtFiles(_ changes: Changes, now: Int64, _ sink: inout some TailSink) {
        let looked = changes.everything || hasUnwatchedLogs ? Array(logs.keys) : Array(changes.logs)
        for id in looked.sorted() {
            guard let log = logs[id], log.stage == .followed, log.gzip == nil else { continue }
            guard changes.everything || changes.logs.contains(id) || !log.isWatched else { continue }
            lookAt(log, prompted: changes.logs.contains(id), now: now, &sink)
        }
    }

    /// - Returns: whether there is something to read now.
    @discardableResult
    func lookAt(_ log: TailedLog, prompted: Bool, now: Int64, _ sink: inout some TailSink) -> Bool {
        guard let file = log.file else { return false }
        do throws(FileError) {
            let metadata = try file.metadata()
            switch log.follow.decide(metadata, consumedBytes: log.scannedBytes, prompted: prompted, now: now) {
            case .nothing: return false
            case .read:
                if !ready.contains(log.id) { ready.append(log.id) }
                return true
            case .displaced:
                displace(log, now: now)
                return false
            }
        } catch {
            fail(log, error, now: now, &sink)
            return false
        }
    }

    func readReady(now: Int64, _ sink: inout some TailSink, _ budget: inout Int) {
        while budget > 0, !ready.isEmpty {
            let id = ready.removeFirst()
            guard let log = logs[id], log.stage == .followed else { continue }
            if readTurn(log, now: now, &sink, &budget) { ready.append(id) }
        }
    }

    /// - Returns: whether there is more.
    private func readTurn(
        _ log: TailedLog, now: Int64, _ sink: inout some TailSink, _ budget: inout Int
    ) -> Bool {
        let before = budget
        defer { buffer.shrink() }
        // A turn that ended while the buffer grows for a long line would begin again with a small one, for ever.
        while buffer.isGrown || (budget > 0 && before - budget < Self.turnBytes) {
            do {
                if let gzip = log.gzip {
                    guard try gzip.readBlock(of: log, into: &sink, budget: &budget) else {
                        finish(log, &sink)
                        return false
                    }
                    recover(log, &sink)
                    continue
                }
                switch try readBlock(log, &sink, &budget) {
                case .more: continue
                case .end: return false
                case .displaced:
                    displace(log, now: now)
                    return false
                }
            } catch let error as FileError {
                fail(log, error, now: now, &sink)
                return false
            } catch {
                // A gzip file was whole when it was examined; now it is another one.
                displace(log, now: now)
                return false
            }
        }
        return true
    }

    private enum BlockEnd { case more, end, displaced }

    /// Reads one block together with the bytes before it, compares those, and hands on its whole lines.
    private func readBlock(
        _ log: TailedLog, _ sink: inout some TailSink, _ budget: inout Int
    ) throws(FileError) -> BlockEnd {
        guard let file = log.file, let builder = log.ahead ?? log.builder else { return .end }
        let before = builder.tail
        let memory = buffer.whole
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[..<(before.count + buffer.capacity)])
        let count = try file.read(into: room, at: builder.length - UInt64(before.count))
        budget -= max(1, count - before.count)
        let seen = UnsafeRawBufferPointer(rebasing: room[..<count])
        // copytruncate keeps the inode and may regrow past our offset: the bytes before the offset decide, not the size.
        guard seen.begins(with: before) else { return .displaced }
        recover(log, &sink)
        log.follow.confirm(bytes: builder.length + UInt64(count - before.count))
        let isFull = count == room.count
        let more = take(UnsafeRawBufferPointer(rebasing: seen[before.count...]), isFull: isFull, of: log, &sink)
        log.follow.atEnd = !more
        return more ? .more : .end
    }

    /// - Parameter isFull: whether the file may have more than the buffer had room for.
    /// - Returns: whether to read on at once.
    private func take(
        _ content: UnsafeRawBufferPointer, isFull: Bool, of log: TailedLog, _ sink: inout some TailSink
    ) -> Bool {
        if log.ahead != nil { return passOver(content, isFull: isFull, of: log, &sink) }
        let whole = content.wholeLinesCount
        if whole > 0 {
            let lines = UnsafeRawBufferPointer(rebasing: content[..<whole])
            sink.lines(lines, of: log.id, in: &buffer)
            consume(lines, of: log)
        }
        if whole == 0 && isFull {
            if !buffer.isFullyGrown {
                buffer.grow()
            } else {
                // The buffer holds one byte more than the limit, and no LF: the rest of the line is only searched.
                log.ahead = log.builder
                log.ahead?.append(content)
                buffer.shrink()
            }
            return true
        }
        if !isFull { note(unfinished: UInt64(content.count - whole), of: log, &sink) }
        return isFull
    }

    private func passOver(
        _ content: UnsafeRawBufferPointer, isFull: Bool, of log: TailedLog, _ sink: inout some TailSink
    ) -> Bool {
        guard let end = content.firstLineCount else {
            log.ahead?.append(content)
            if !isFull { note(unfinished: log.scannedBytes - log.offset, of: log, &sink) }
            return isFull
        }
        log.ahead?.append(UnsafeRawBufferPointer(rebasing: content[..<end]))
        endOverlong(log, &sink)
        return true
    }

    func endOverlong(_ log: TailedLog, _ sink: inout some TailSink) {
        guard let ahead = log.ahead else { return }
        sink.overlong(byteCount: ahead.length - log.offset, of: log.id)
        log.builder = ahead
        log.offset = ahead.length
        log.ahead = nil
        log.changed = true
    }

    func consume(_ bytes: UnsafeRawBufferPointer, of log: TailedLog) {
        log.builder?.append(bytes)
        log.offset += UInt64(bytes.count)
        log.changed = true
    }

    func note(unfinished byteCount: UInt64, of log: TailedLog, _ sink: inout some TailSink) {
        guard byteCount != log.unfinishedBytes else { return }
        log.unfinishedBytes = byteCount
        sink.unfinished(byteCount: byteCount, of: log.id)
    }

    /// The file no longer holds what was read from it: the log is looked for elsewhere, the file is looked at as new.
    func displace(_ log: TailedLog, now: Int64) {
        counters.truncations += 1
        unwatch(log)
        release(log)
        log.file = nil
        log.gzip = nil
        log.ahead = nil
        log.stage = .sought(until: now + options.idleBeforeFinalNanoseconds, .truncated)
        epoch += 1
        judged = [:]
    }

    /// Its file and its places are nobody's. A log that was overwritten has lost its file already: another log may be in it.
    func release(_ log: TailedLog) {
        if holders[log.key] == .log(log.id) { holders[log.key] = nil }
        for (path, place) in places where place.owner == .log(log.id) { places[path]?.owner = .nobody }
    }

    func fail(_ log: TailedLog, _ error: FileError, now: Int64, _ sink: inout some TailSink) {
        retry(now: now)
        log.follow.atEnd = false
        guard log.failing == nil else { return }
        log.failing = log.path
        sink.problem(TailProblem(log.path, .failure(error.errno)))
    }

    func recover(_ log: TailedLog, _ sink: inout some TailSink) {
        guard let path = log.failing else { return }
        log.failing = nil
        sink.recovered(path)
    }
}
