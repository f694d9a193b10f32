import Files

/// Reads a gzip file once to the end before anything of it counts: is it whole, and which known logs does it begin with?
///
/// A compressor writes the file while its source still stands beside it; without a valid trailer it is not yet a file.
final class GzipScan {
    enum Outcome {
        case unfinished
        /// The builder has taken in the whole content.
        case whole(FingerprintBuilder)
        case broken(GzipError)
    }

    /// The builder as it was at each of the asked-for lengths that the content reaches.
    private(set) var cuts: [UInt64: FingerprintBuilder] = [:]
    /// How far the known logs had been read when the scan began, by log.
    let known: [UInt32: Fingerprint]
    private let reader: GzipReader
    private var lengths: [UInt64]
    private var builder = FingerprintBuilder()

    /// - Parameter lengths: where the fingerprint is wanted: how far the known logs have been read.
    init(_ file: any OpenFile, lengths: Set<UInt64>, known: [UInt32: Fingerprint]) {
        self.known = known
        reader = GzipReader(FileSource(file))
        self.lengths = lengths.sorted(by: >)
    }

    /// Reads on until the budget, in decompressed bytes, is used up.
    func advance(budget: inout Int, scratch: UnsafeMutableRawBufferPointer) -> Outcome {
        do throws(GzipError) {
            while budget > 0 {
                let count = try reader.read(into: scratch)
                if count == 0 { return .whole(builder) }
                budget -= count
                take(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
            }
            return .unfinished
        } catch {
            return .broken(error)
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while let next = lengths.last, next <= builder.length + UInt64(rest.count) {
            lengths.removeLast()
            let part = rest.prefix(Int(next - builder.length))
            builder.append(UnsafeRawBufferPointer(rebasing: part))
            rest = rest.dropFirst(part.count)
            cuts[next] = builder
        }
        builder.append(UnsafeRawBufferPointer(rebasing: rest))
    }
}
