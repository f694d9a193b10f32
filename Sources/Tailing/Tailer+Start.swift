import Files
import SystemPackage

/// What is there at the start and is not to be read.
extension Tailer {
    /// Remembers a rotated file that was there before the agent, so that it is not taken for a new generation.
    func passOver(_ path: FilePath, _ input: Int, _ metadata: FileMetadata) {
        do {
            let file = try fileSystem.open(path, .read)
            let candidate = Candidate(path: path, input: input, role: .rotated, file: file, key: metadata.key)
            if try goesOn(candidate, metadata) {
                candidates[candidate.key] = candidate
                holders[candidate.key] = .candidate(candidate.key)
                return
            }
            let isGzip = path.lastComponent?.string.hasSuffix(".gz") ?? false
            let builder =
                isGzip ? try head(ofGzip: file) : try FingerprintBuilder.reading(file, upTo: metadata.size)
            guard let builder, builder.length > 0 else { return judge(metadata, nil) }
            let log = makeLog(at: candidate)
            log.builder = builder
            log.stage = .finished
            log.isPassedOver = true
            log.offset = isGzip ? lengthPassedOver(builder) : builder.length
            judge(metadata, log.id)
        } catch {
            judge(metadata, nil)
        }
    }

    /// Whether the file is what another input, one that is not configured any more, had begun to read.
    private func goesOn(_ candidate: Candidate, _ metadata: FileMetadata) throws(FileError) -> Bool {
        guard logs.values.contains(where: { $0.input == nil }) else { return false }
        return try compare(candidate, size: metadata.size).clues.contains {
            $0.agreement == .continues && logs[$0.log]?.input == nil
        }
    }

    /// A compressed log that was there before the agent, and is matched by an input itself.
    func passOverWhole(_ log: TailedLog, _ head: FingerprintBuilder?, _ metadata: FileMetadata) {
        holders[log.key] = nil
        for (path, place) in places where place.owner == .candidate(log.key) { places[path]?.owner = .nobody }
        log.builder = head
        log.offset = head.map(lengthPassedOver) ?? Identification.Clue.passedOver
        log.isPassedOver = true
        log.stage = .finished
        judge(metadata, log.id)
    }

    /// What is known only by its beginning is never read, however long it gets.
    private func lengthPassedOver(_ head: FingerprintBuilder) -> UInt64 {
        head.length < Fingerprint.headLength ? head.length : Identification.Clue.passedOver
    }

    /// The first 64 KiB of the content, which are enough to know the file again; nil if it ends before that and is not
    /// whole.
    func head(ofGzip file: any OpenFile) throws(FileError) -> FingerprintBuilder? {
        let scratch = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Int(Fingerprint.headLength), alignment: 16)
        defer { scratch.deallocate() }
        do throws(GzipError) {
            let reader = GzipReader(FileSource(file))
            var builder = FingerprintBuilder()
            while builder.length < Fingerprint.headLength {
                let room = scratch[..<Int(Fingerprint.headLength - builder.length)]
                let count = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: room))
                guard count > 0 else { break }
                builder.append(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
            }
            return builder
        } catch {
            if case .source(let reason) = error { throw reason }
            return nil
        }
    }

    /// Where the last line that is not finished at `end` begins: behind the last LF before it.
    func lineStart(in file: any OpenFile, atOrBefore end: UInt64) throws(FileError) -> UInt64 {
        var stop = end
        let memory = buffer.whole
        while stop > 0 {
            let start = stop - min(stop, UInt64(memory.count))
            let room = UnsafeMutableRawBufferPointer(rebasing: memory[..<Int(stop - start)])
            let count = try file.read(into: room, at: start)
            let whole = UnsafeRawBufferPointer(rebasing: room[..<count]).wholeLinesCount
            if whole > 0 { return start + UInt64(whole) }
            stop = start
        }
        return 0
    }
}
