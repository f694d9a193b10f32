// What others put around a line is peeled off, one inside the other, until something is left that is none of it.

extension RecordReader {
    /// Reads what is inside the wrapper that the line begins with; false where it begins with none.
    @inline(never)
    mutating func scanWrapped(_ line: UnsafePointer<UInt8>) throws(LineReject) -> Bool {
        guard wrappers.count < Wrapper.depthLimit, let peeled = try peel(line) else { return false }
        try scanInside(peeled)
        return true
    }

    /// A time in front of a line that can be read without it alone.
    mutating func scanBehindTimestamp(_ line: UnsafePointer<UInt8>) throws(LineReject) -> Bool {
        guard wrappers.count < Wrapper.depthLimit, let (time, content) = WrapperText.timestamp(line) else {
            return false
        }
        try scanInside(Peeled(wrapper: .timestamp, content: content, time: time))
        return true
    }

    @inline(never)
    mutating func forgetWrappers() {
        wrappers.removeAll()
        copies.removeAll()
        isHAProxy = false
        hasWrappersTime = false
    }

    mutating func scanInside(_ peeled: Peeled) throws(LineReject) {
        wrappers.append(peeled.wrapper)
        // Of several times the outermost is a machine's, with a zone.
        let time = hasWrappersTime ? nil : peeled.time
        hasWrappersTime = hasWrappersTime || time != nil
        try scanContent(peeled.content)
        // When the line was written is worse than what the line says.
        if let time, fields[.time].isAbsent {
            fields.offer(
                time, .string, for: FieldMeaning(field: .time, rank: .max), key: UnnamedKey.wrapper.rawValue)
        }
    }

    private mutating func peel(_ line: UnsafePointer<UInt8>) throws(LineReject) -> Peeled? {
        switch line.pointee {
        case openBrace:
            guard let docker = DockerLine(line) else { return nil }
            return Peeled(wrapper: .docker, content: try content(of: docker), time: docker.time)
        case zero...UInt8(ascii: "9"):
            if let time = WrapperText.instant(line) {
                if let cri = WrapperText.cri(behind: time) {
                    return Peeled(wrapper: .cri, content: try content(ofCRI: cri), time: cri.time)
                }
                if let peeled = peeled(WrapperText.syslog(behind: time)) { return peeled }
            }
        case UInt8(ascii: "<"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            if let peeled = context.kind == .entries ? try journal(line) : peeled(WrapperText.syslog(line)) {
                return peeled
            }
        case 0x1b: return withoutColours(line).map { Peeled(wrapper: .colours, content: $0) }
        default: break
        }
        return WrapperText.compose(line).map { Peeled(wrapper: .compose, content: $0) }
    }

    private mutating func peeled(_ syslog: WrapperText.Syslog?) -> Peeled? {
        guard let syslog else { return nil }
        isHAProxy = syslog.tag.equals(caseBlind: "haproxy")
        return Peeled(wrapper: .syslog, content: syslog.content, time: syslog.time)
    }

    private mutating func journal(_ line: UnsafePointer<UInt8>) throws(LineReject) -> Peeled? {
        guard let field = WrapperText.journalField(line) else { return nil }
        let isMessage = field.equals(caseBlind: "MESSAGE")
        if field.end.pointee == lineFeed {
            context.field = JournalField(isMessage: isMessage)
            throw LineReject(isMessage ? .continuation : .header)
        }
        let value = field.end + 1
        if field.equals(caseBlind: "__REALTIME_TIMESTAMP") {
            var end = value
            while isDigit(end.pointee), end - value < 20 { end += 1 }
            context.entryTime.removeAll(keepingCapacity: true)
            context.entryTime.append(contentsOf: UnsafeBufferPointer(start: value, count: end - value))
        }
        guard isMessage else { throw LineReject(.header) }
        return message(value)
    }

    private mutating func message(_ start: UnsafePointer<UInt8>) -> Peeled {
        let time = copy(context.entryTime)
        return Peeled(wrapper: .journal, content: start, time: time.isEmpty ? nil : time)
    }

    /// A line that is a piece of a field's value.
    @inline(never)
    mutating func scanField(_ line: UnsafePointer<UInt8>) throws(LineReject) {
        var end = line
        while end.pointee != lineFeed { end += 1 }
        guard var field = context.field.take() else { return }
        switch field.take(ByteRun(start: line, count: end - line), limit: options.lineLimitBytes) {
        case .goesOn:
            let isMessage = field.isMessage
            context.field = consume field
            throw LineReject(isMessage ? .continuation : .header)
        case .damaged:
            throw LineReject(
                .malformed, at: UInt(bitPattern: line), expected: "the length of a field, its value and a line feed")
        case .ended:
            guard field.isMessage else { throw LineReject(.header) }
            guard field.value.count <= options.lineLimitBytes else {
                throw LineReject(
                    .tooLong, at: UInt(bitPattern: line), expected: "a message no longer than limits.line_length")
            }
            mayBeColoured = true
            // A line feed in the middle of it would end the line; it becomes a blank.
            try scanInside(message(copy(field.value.map { $0 == lineFeed ? space : $0 }).start))
        }
    }
}
