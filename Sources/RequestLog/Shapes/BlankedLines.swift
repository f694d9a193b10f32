import CScan

/// Copies of up to 64 lines without their escapes, so that they match side by side like any other.
///
/// The copy of a line is as long as the line, and what is no escape stands at the same place. Lines at the end of a
/// block are copied too: behind a copy there is always more to read.
struct BlankedLines: ~Copyable {
    private static let capacity = 64 << 10

    private let arena: UnsafeMutablePointer<UInt8>
    let lines: UnsafeMutablePointer<cscan_line>
    /// 0, 1, 2, …: every copy is matched.
    let places: UnsafeMutablePointer<UInt16>
    /// From each copy to its line.
    private let distances: UnsafeMutablePointer<Int>

    init() {
        // A line that differs is matched beyond its copy, whatever stands there.
        arena = .allocate(capacity: BlankedLines.capacity)
        arena.initialize(repeating: 0, count: BlankedLines.capacity)
        lines = .allocate(capacity: Chunk.groupCapacity)
        places = .allocate(capacity: Chunk.groupCapacity)
        distances = .allocate(capacity: Chunk.groupCapacity)
        for place in 0..<Chunk.groupCapacity { places[place] = UInt16(place) }
    }

    deinit {
        arena.deallocate()
        lines.deallocate()
        places.deallocate()
        distances.deallocate()
    }

    /// Copies the lines of a group; returns those that have none: they hold control bytes, or there is no room.
    ///
    /// - Parameter reach: how far behind a copy's end can be read.
    @inline(never)
    mutating func copy(_ group: LineGroup, from originals: UnsafePointer<cscan_line>, reach: Int) -> LineMask {
        var uncopied: UInt64 = 0
        var free = arena
        // The vectors' width, and what a copy takes behind its end.
        let end = arena + BlankedLines.capacity - reach - 2 * ByteRun.padding
        for place in 0..<group.count {
            let line = originals + Int(group.lines[place])
            let count = line.pointee.end - line.pointee.start + 1
            var copied = 0
            if end - free >= count, cscan_blank_escapes(line, free) != 0 {
                copied = count
                distances[place] = line.pointee.start - UnsafePointer(free)
            } else {
                uncopied |= 1 &<< UInt64(place)
                distances[place] = 0
            }
            // Of what cannot be copied, nothing is matched.
            lines[place] = cscan_line(start: free, end: free + max(copied - 1, 0), is_odd: 0)
            free += copied
        }
        return LineMask(bits: uncopied)
    }

    /// Moves the values of a column from the copies to the lines. Those of a line that `failed` are nothing, for wherever
    /// its match has come to, that may be behind the block.
    func restore(
        _ values: UnsafeMutablePointer<cscan_span>, of group: LineGroup, from originals: UnsafePointer<cscan_line>,
        failed: LineMask
    ) {
        cscan_move(values, group.count, distances)
        for place in failed {
            let start = originals[Int(group.lines[place])].start
            values[place] = cscan_span(start: start, end: start)
        }
    }
}

extension ByteRun {
    var holdsBlank: Bool {
        for place in 0..<max(count, 0) where self[place] == UInt8(CSCAN_BLANK) { return true }
        return false
    }
}
