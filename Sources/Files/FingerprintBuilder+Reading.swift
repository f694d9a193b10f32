extension FingerprintBuilder {
    /// The fingerprint of the first `length` bytes of a file, from reading only what it covers; nil if the file is
    /// shorter.
    ///
    /// At most 64 KiB, 4 KiB for every doubling and 4 KiB more are read, however long the file is.
    package static func reading(
        _ file: any OpenFile, upTo length: UInt64
    ) throws(FileError) -> FingerprintBuilder? {
        var builder = FingerprintBuilder()
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(Fingerprint.headLength), alignment: 16)
        defer { scratch.deallocate() }
        for range in coveredRanges(upTo: length) {
            builder.skip(to: range.lowerBound)
            var position = max(range.lowerBound, builder.length)
            while position < range.upperBound {
                let wanted = min(scratch.count, Int(range.upperBound - position))
                let part = UnsafeMutableRawBufferPointer(rebasing: scratch[..<wanted])
                let count = try file.read(into: part, at: position)
                guard count > 0 else { return nil }
                builder.append(UnsafeRawBufferPointer(rebasing: part[..<count]))
                position += UInt64(count)
            }
        }
        return builder
    }

    /// The head, every sample and the tail, in order; they may overlap.
    private static func coveredRanges(upTo length: UInt64) -> [Range<UInt64>] {
        var ranges = [0..<min(length, Fingerprint.headLength)]
        var start = Fingerprint.headLength
        while start < length {
            ranges.append(start..<min(length, start + Fingerprint.sampleLength))
            start <<= 1
        }
        let tail = (length - min(length, Fingerprint.sampleLength))..<length
        // The tail comes last by its end, but it may begin before the last sample does.
        if let last = ranges.last, tail.lowerBound <= last.lowerBound { ranges.removeLast() }
        if let last = ranges.last, tail.lowerBound <= last.upperBound, ranges.count > 0 {
            ranges[ranges.count - 1] = last.lowerBound..<length
        } else {
            ranges.append(tail)
        }
        return ranges
    }
}
