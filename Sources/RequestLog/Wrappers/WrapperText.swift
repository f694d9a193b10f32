import CScan

/// The heads that stand in front of a line: what begins like one and is none is left alone. No step goes over a line feed.
enum WrapperText {
    typealias Cursor = UnsafePointer<UInt8>

    /// Longer names of containers, hosts and programs are none.
    private static let nameLimit = 255

    /// `2022-01-28T16:04:05.413656027Z stdout F …`; the third word is `P` where the line goes on in the next one.
    static func cri(_ line: Cursor) -> CRI? { instant(line).flatMap(cri(behind:)) }

    typealias CRI = (time: ByteRun, isError: Bool, isPart: Bool, content: Cursor)

    /// The same for a line that begins with this time.
    static func cri(behind time: ByteRun) -> CRI? {
        let stream = time.end + 1
        let isError = begins(stream, "stderr ")
        guard isError || begins(stream, "stdout ") else { return nil }
        let tag = stream + 7
        guard tag[0] == UInt8(ascii: "F") || tag[0] == UInt8(ascii: "P") else { return nil }
        // More tags may follow the first: `P:a:b`.
        guard let end = endOfWord(tag), end - tag == 1 || tag[1] == colon else {
            // A line of nothing has no blank behind its tag.
            return tag[1] == lineFeed ? (time, isError, tag[0] == UInt8(ascii: "P"), tag + 1) : nil
        }
        return (time, isError, tag[0] == UInt8(ascii: "P"), end + 1)
    }

    /// `<190>Nov 23 15:00:00 host nginx: …`, `<165>1 2003-10-11T22:14:15.003Z host app 12 ID47 [a b="c"] …`, and both
    /// times without a priority, as rsyslog writes them into files.
    static func syslog(_ line: Cursor) -> Syslog? {
        var cursor = line
        let hasPriority = cursor.pointee == UInt8(ascii: "<")
        if hasPriority {
            let digits = cursor + 1
            cursor = digits
            while isDigit(cursor.pointee), cursor - digits < 3 { cursor += 1 }
            guard cursor > digits, cursor.pointee == UInt8(ascii: ">") else { return nil }
            cursor += 1
            if cursor[0] == zero + 1, cursor[1] == space { return rfc5424(cursor + 2) }
        }
        guard let time = instant(cursor) ?? stamp(cursor) else { return nil }
        return syslog(behind: time, hasPriority: hasPriority)
    }

    typealias Syslog = (time: ByteRun?, tag: ByteRun, content: Cursor)

    /// The same from behind this time.
    static func syslog(behind time: ByteRun, hasPriority: Bool = false) -> Syslog? {
        let first = time.end + 1
        guard let end = endOfWord(first) else { return nil }
        // nginx can be told to leave the host out.
        if hasPriority, end[-1] == colon { return (time, tag(first, end - 1), end + 1) }
        let second = end + 1
        guard let tagEnd = endOfWord(second), tagEnd[-1] == colon, tagEnd - second > 1 else { return nil }
        return (time, tag(second, tagEnd - 1), tagEnd + 1)
    }

    /// RFC 5424 §6, from behind the version.
    private static func rfc5424(_ start: Cursor) -> Syslog? {
        guard let timeEnd = endOfWord(start), let hostEnd = endOfWord(timeEnd + 1),
            let appEnd = endOfWord(hostEnd + 1), let processEnd = endOfWord(appEnd + 1),
            let idEnd = endOfWord(processEnd + 1)
        else { return nil }
        var cursor = idEnd + 1
        if cursor.pointee == minus {
            cursor += 1
        } else {
            guard cursor.pointee == openBracket else { return nil }
            while cursor.pointee == openBracket {
                guard let end = endOfElement(cursor) else { return nil }
                cursor = end
            }
        }
        guard cursor.pointee == space else { return nil }
        let time = ByteRun(start: start, count: timeEnd - start)
        let tag = ByteRun(start: hostEnd + 1, count: appEnd - hostEnd - 1)
        return (RecordReader.isDash(time) ? nil : time, tag, JSONScanner.skipByteOrderMark(cursor + 1))
    }

    /// Behind `[id name="a \" value" …]`.
    private static func endOfElement(_ start: Cursor) -> Cursor? {
        var cursor = start + 1
        var isQuoted = false
        while cursor.pointee != lineFeed {
            switch cursor.pointee {
            case backslash where isQuoted && cursor[1] != lineFeed: cursor += 1
            case quote: isQuoted.toggle()
            case closeBracket where !isQuoted: return cursor + 1
            default: break
            }
            cursor += 1
        }
        return nil
    }

    /// `web-1  | …`
    static func compose(_ line: Cursor) -> Cursor? {
        let count = cscan_place_of(line, nameLimit + 1, space, lineFeed)
        guard (1...nameLimit).contains(count), line[count] == space else { return nil }
        let bar = JSONScanner.skipSpace(line + count)
        guard bar[0] == UInt8(ascii: "|"), bar[1] == space else { return nil }
        for place in 0..<count where !isOfName(line[place]) { return nil }
        return bar + 2
    }

    /// `2026-11-22T10:14:59.123456789Z …`, as `docker logs --timestamps` writes it.
    static func timestamp(_ line: Cursor) -> (time: ByteRun, content: Cursor)? {
        guard let time = instant(line), time[time.count - 1] == UInt8(ascii: "Z") else { return nil }
        return (time, time.end + 1)
    }

    /// What systemd calls a field: `_SOURCE_REALTIME_TIMESTAMP=`, or the name alone on the line; the run is its name.
    static func journalField(_ line: Cursor) -> ByteRun? {
        var cursor = line
        while cursor.pointee &- UInt8(ascii: "A") < 26 || isDigit(cursor.pointee) || cursor.pointee == UInt8(ascii: "_")
        { cursor += 1 }
        guard cursor > line, cursor.pointee == UInt8(ascii: "=") || cursor.pointee == lineFeed else { return nil }
        return ByteRun(start: line, count: cursor - line)
    }

    static func begins(_ place: Cursor, _ text: StaticString) -> Bool {
        for offset in 0..<text.utf8CodeUnitCount where place[offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// An RFC 3339 time with a blank behind it.
    static func instant(_ start: Cursor) -> ByteRun? {
        for place in [4, 7] where start[place] != minus { return nil }
        guard isDigit(start[0]), start[10] == UInt8(ascii: "T") else { return nil }
        let count = cscan_place_of(start, longestInstant + 1, space, lineFeed)
        guard count <= longestInstant, start[count] == space, cscan_is_plain(start, count) != 0 else { return nil }
        return ByteRun(start: start, count: count)
    }

    private static let longestInstant = 35

    /// `Nov 23 15:00:00` or `Nov  3 15:00:00`, with a blank behind it.
    private static func stamp(_ start: Cursor) -> ByteRun? {
        guard start[0] &- UInt8(ascii: "A") < 26, start[1] &- UInt8(ascii: "a") < 26 else { return nil }
        guard start[2] &- UInt8(ascii: "a") < 26, start[3] == space, isDigit(start[4]) || start[4] == space,
            isDigit(start[5]), start[6] == space, isDigit(start[7]), isDigit(start[8]), start[9] == colon,
            isDigit(start[10]), isDigit(start[11]), start[12] == colon, isDigit(start[13]), isDigit(start[14]),
            start[15] == space
        else { return nil }
        return ByteRun(start: start, count: 15)
    }

    /// The blank behind a word; nil where the line ends first, or there is no word.
    private static func endOfWord(_ start: Cursor) -> Cursor? {
        var cursor = start
        while cursor.pointee > space { cursor += 1 }
        return cursor > start && cursor.pointee == space ? cursor : nil
    }

    /// `haproxy` of `haproxy[7]`.
    private static func tag(_ start: Cursor, _ end: Cursor) -> ByteRun {
        let run = ByteRun(start: start, count: end - start)
        return run.prefix(run.firstPlace(of: openBracket) ?? run.count)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        isDigit(byte) || lowercased(byte) &- UInt8(ascii: "a") < 26 || byte == minus || byte == UInt8(ascii: "_")
            || byte == point
    }
}
