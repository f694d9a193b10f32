import Files
import SystemPackage

/// Logs that end: rotated and quiet, or not to be found.
extension Tailer {
    func endWhatIsDue(now: Int64, _ sink: inout some TailSink, _ budget: inout Int) {
        for log in logs.values.sorted(by: { $0.id < $1.id }) {
            switch log.stage {
            case .followed where hasEnded(log) && log.follow.atEnd:
                let idle = options.idleBeforeFinalNanoseconds
                guard budget > 0, log.follow.isIdle(now: now, for: idle) else { continue }
                // The last word is the file's: what came since the last look is read, and the waiting begins anew.
                if lookAt(log, prompted: true, now: now, &sink) { readReady(now: now, &sink, &budget) }
                guard log.stage == .followed, log.follow.atEnd, log.failing == nil,
                    log.follow.isIdle(now: now, for: idle)
                else { continue }
                handOnLastLine(of: log, now: now, &sink)
            case .sought(let until, let reason) where until <= now:
                guard isHindered(log) else {
                    giveUp(log, reason, &sink)
                    continue
                }
                log.stage = .sought(until: now + options.retryIntervalNanoseconds, reason)
            case .sought, .followed, .finished: break
            }
        }
    }

    /// Whether nothing but stragglers is to be expected: another file stands where this one stood, or none ever will.
    func hasEnded(_ log: TailedLog) -> Bool {
        guard log.gzip == nil else { return false }
        if options.readsToTheEnd { return true }
        guard log.rotated else { return false }
        let home = log.adrift ? log.path : homeAndRole(of: log.path)?.0 ?? log.path
        guard let place = places[home] else { return true }
        // A file that only waits for one of the open ones to end stands there too.
        if place.problem?.kind == .tooMany { return true }
        guard place.owner == .nobody else { return place.owner != .log(log.id) }
        // Nothing has followed it, and its writer may yet come back: it makes room, and is met again when it has grown.
        return isCrowded && log.visible && log.seenBytes == log.offset
    }

    /// The bytes behind the last LF of a log that has ended are its last line.
    private func handOnLastLine(of log: TailedLog, now: Int64, _ sink: inout some TailSink) {
        if log.ahead != nil {
            endOverlong(log, &sink)
        } else if log.unfinishedBytes > 0, let file = log.file, let before = log.builder?.tail {
            let length = Int(log.unfinishedBytes)
            while buffer.capacity < length { buffer.grow() }
            defer { buffer.shrink() }
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer.whole[..<(before.count + length)])
            do throws(FileError) {
                let count = try file.read(into: room, at: log.offset - UInt64(before.count))
                let seen = UnsafeRawBufferPointer(rebasing: room[..<count])
                guard seen.begins(with: before) else { return displace(log, now: now) }
                let line = UnsafeRawBufferPointer(rebasing: seen[before.count...])
                if !isKnown(log, endingWith: line) {
                    sink.lines(line, of: log.id)
                    consume(line, of: log)
                }
            } catch {
                return fail(log, error, now: now, &sink)
            }
        }
        finish(log, &sink)
    }

    /// Whether what a log has at its end was read elsewhere: of two copies one is counted, also where they end in a piece of
    /// a line, of which nothing could be known before; and a log that was cut in a line has read that line.
    private func isKnown(_ log: TailedLog, endingWith line: UnsafeRawBufferPointer) -> Bool {
        guard var whole = log.builder else { return false }
        whole.append(line)
        return logs.values.contains { other in
            guard other.id != log.id, other.source == log.source, other.stage == .finished, !other.isPassedOver
            else { return false }
            if other.offset > whole.length {
                return ownHome(of: other.path) == ownHome(of: log.path) && other.begins(with: whole)
            }
            return !other.isCopy && other.offset == whole.length && other.position.fingerprint == whole.fingerprint
        }
    }

    func finish(_ log: TailedLog, _ sink: inout some TailSink) {
        note(unfinished: 0, of: log, &sink)
        recover(log, &sink)
        if let metadata = try? log.file?.metadata() { judge(metadata, log.id) }
        // The watch stays: a writer that was forgotten in the old file would otherwise not be heard.
        release(log)
        log.endedFile = log.gzip == nil ? log.file : nil
        log.file = nil
        log.gzip = nil
        log.stage = .finished
        log.changed = true
        epoch += 1
        sink.finished(log.id)
    }

    /// Whether a file that may be the log cannot be looked at, and is tried again.
    private func isHindered(_ log: TailedLog) -> Bool {
        let home = homeAndRole(of: log.path)?.0 ?? log.path
        return hindered.contains(home) || hindered.contains(home.removingLastComponent())
            || candidates.values.contains { $0.failing != nil && homeAndRole(of: $0.path)?.0 == home }
    }

    private func giveUp(_ log: TailedLog, _ reason: LossReason, _ sink: inout some TailSink) {
        let known = log.follow.intactBytes > log.offset ? log.follow.intactBytes - log.offset : 0
        switch reason {
        case .truncated:
            if known > 0 { sink.lost(byteCount: known, of: log.id, reason: reason) }
        case .gone:
            sink.lost(byteCount: nil, of: log.id, reason: reason)
        }
        finish(log, &sink)
    }
}
