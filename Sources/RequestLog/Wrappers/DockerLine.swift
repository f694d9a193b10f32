/// A line of Docker's json-file driver. Nil where an object has any other key than those that Docker writes.
struct DockerLine {
    /// Still escaped.
    private(set) var log: ByteRun
    private(set) var isEscaped = false
    private(set) var isError = false
    private(set) var time: ByteRun?

    @inline(__always)
    static func mayBegin(at line: UnsafePointer<UInt8>) -> Bool {
        line[1] == quote && line[2] == UInt8(ascii: "l") && WrapperText.begins(line, "{\"log\":\"")
    }

    init?(_ line: UnsafePointer<UInt8>) {
        guard DockerLine.mayBegin(at: line) else { return nil }
        log = ByteRun(start: line, count: 0)
        do throws(JSONFault) {
            guard try read(line + 1) else { return nil }
        } catch {
            return nil
        }
    }

    /// Whether the log has it that the line ends here; else the next one goes on with it.
    var isWhole: Bool {
        guard log.count >= 2, log[log.count - 1] == UInt8(ascii: "n"), log[log.count - 2] == backslash else {
            return false
        }
        // An even number of backslashes before the n stands for themselves.
        var place = log.count - 2
        while place > 0, log[place - 1] == backslash { place -= 1 }
        return (log.count - 1 - place) % 2 == 1
    }

    private mutating func read(_ start: UnsafePointer<UInt8>) throws(JSONFault) -> Bool {
        var cursor = start
        while true {
            cursor = JSONScanner.skipSpace(cursor)
            guard cursor.pointee == quote else { return false }
            let (keyEnd, _) = try JSONScanner.string(cursor + 1)
            let key = ByteRun(start: cursor + 1, count: keyEnd - cursor - 1)
            cursor = try JSONScanner.colon(keyEnd + 1)
            if key.equals(caseBlind: "attrs") {
                cursor = try JSONScanner.skipValue(cursor, depth: 1)
            } else {
                guard cursor.pointee == quote else { return false }
                let (end, escaped) = try JSONScanner.string(cursor + 1)
                let value = ByteRun(start: cursor + 1, count: end - cursor - 1)
                guard keep(value, escaped, of: key) else { return false }
                cursor = end + 1
            }
            cursor = JSONScanner.skipSpace(cursor)
            if cursor.pointee == closeBrace { return JSONScanner.skipSpace(cursor + 1).pointee == lineFeed }
            cursor = try JSONScanner.separator(cursor)
        }
    }

    private mutating func keep(_ value: ByteRun, _ escaped: Bool, of key: ByteRun) -> Bool {
        if key.equals(caseBlind: "log") {
            (log, isEscaped) = (value, escaped)
        } else if key.equals(caseBlind: "stream") {
            isError = value.equals(caseBlind: "stderr")
        } else if key.equals(caseBlind: "time") {
            time = escaped ? nil : value
        } else {
            return false
        }
        return true
    }
}
