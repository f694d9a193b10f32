// What a container runtime has written of a line: the whole, or a part that waits for the others.

extension RecordReader {
    mutating func content(
        ofCRI cri: (time: ByteRun, isError: Bool, isPart: Bool, content: UnsafePointer<UInt8>)
    ) throws(LineReject) -> UnsafePointer<UInt8> {
        guard context.kind == .parts else { return cri.content }
        var end = cri.content
        while end.pointee != lineFeed { end += 1 }
        let part = ByteRun(start: cri.content, count: end - cri.content)
        if cri.isPart {
            context.keep(part, ofError: cri.isError, limit: options.lineLimitBytes)
            throw LineReject(.continuation)
        }
        guard let before = context.takeParts(ofError: cri.isError) else { return cri.content }
        return try joined(before, part)
    }

    mutating func content(of docker: DockerLine) throws(LineReject) -> UnsafePointer<UInt8> {
        let isWhole = docker.isWhole
        let run = ByteRun(start: docker.log.start, count: docker.log.count - (isWhole ? 2 : 0))
        let part = docker.isEscaped ? try unescaped(run) : run
        guard context.kind == .parts else { return copy(part).start }
        if !isWhole {
            context.keep(part, ofError: docker.isError, limit: options.lineLimitBytes)
            throw LineReject(.continuation)
        }
        guard let before = context.takeParts(ofError: docker.isError) else { return copy(part).start }
        return try joined(before, part)
    }

    /// A line feed in the middle of it would end the line; it becomes a blank.
    private mutating func unescaped(_ run: ByteRun) throws(LineReject) -> ByteRun {
        var length = 0
        let line = copies.line(of: run.count) { memory in
            length = JSONText.unescape(run, into: memory) ?? -1
            for place in 0..<max(length, 0) where memory[place] == lineFeed { memory[place] = space }
            return max(length, 0)
        }
        guard length >= 0 else {
            throw LineReject(.malformed, at: UInt(bitPattern: run.start), expected: "a log entry that is valid text")
        }
        return ByteRun(start: line, count: length)
    }

    private mutating func joined(_ before: [UInt8], _ part: ByteRun) throws(LineReject) -> UnsafePointer<UInt8> {
        guard before.count + part.count <= options.lineLimitBytes else {
            throw LineReject(
                .tooLong, at: UInt(bitPattern: part.start), expected: "parts no longer together than limits.line_length"
            )
        }
        // What is in the other parts nobody has looked at here.
        mayBeColoured = true
        return copies.line(of: before.count + part.count) { memory in
            before.withUnsafeBufferPointer { memory.update(from: $0.baseAddress!, count: $0.count) }
            (memory + before.count).update(from: part.start, count: part.count)
            return before.count + part.count
        }
    }

    private mutating func copy(_ run: ByteRun) -> ByteRun {
        let line = copies.line(of: run.count) { memory in
            memory.update(from: run.start, count: run.count)
            return run.count
        }
        return ByteRun(start: line, count: run.count)
    }

    mutating func copy(_ bytes: [UInt8]) -> ByteRun {
        let line = copies.line(of: bytes.count) { memory in
            for (place, byte) in bytes.enumerated() { memory[place] = byte }
            return bytes.count
        }
        return ByteRun(start: line, count: bytes.count)
    }
}
