extension Buckets {
    /// The same counts where 2^`shift` neighbours are one bucket: exact, for edges fall on edges.
    package func coarser(by shift: Int32) -> Buckets {
        guard !isEmpty else { return self }
        let first = lowest >> shift
        var counts = [UInt64](repeating: 0, count: Int((lowest + Int32(width) - 1) >> shift - first) + 1)
        forEachFilled { place, count in counts[Int((lowest + Int32(place)) >> shift - first)] &+= count }
        return Buckets(lowest: first, counts: counts)
    }

    /// Adds the counts to sums of 2 to the power of `exponent` buckets each; the first sum begins with bucket `first`, and
    /// those at the ends take what lies outside.
    package func addSums(exponent: Int32, from first: Int32, to sums: inout [UInt64]) {
        let (offset, last) = (Int(lowest) - Int(first), sums.count - 1)
        sums.withUnsafeMutableBufferPointer { sums in
            forEachFilledInlined { place, count in
                let sum = (offset + place) >> Int(exponent)
                sums[min(max(0, sum), last)] &+= count
            }
        }
    }
}

extension DurationScale {
    /// Seconds in the geometric middle of a bucket of `Buckets.coarser(by:)`.
    package static func middle(_ index: Int32, coarserBy shift: Int32) -> Double {
        twoToThe(sixtyFourths: (2 * Int(index) + 1) << Int(shift))
    }
}
