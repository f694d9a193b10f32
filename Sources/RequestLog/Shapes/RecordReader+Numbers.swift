import CScan

// Columns of numbers: time, duration and counts.

extension RecordReader {
    @inline(__always)
    mutating func readTime(_ column: Shape.Column, _ group: LineGroup, _ latest: Timestamp) -> UInt64 {
        var failed: UInt64 = 0
        var left = group.all
        if column.kind != .number {
            var minute = times.known
            left = group.read(column, into: &group.records.pointee.time) {
                cscan_instants($0, &minute, latest.nanoseconds)
            }
        }
        for place in left {
            if let time = otherTime(group.values(column)[place].run, column.kind), time <= latest {
                group.record(place).pointee.time = time
            } else {
                failed |= 1 &<< UInt64(place)
            }
        }
        return failed
    }

    @inline(never)
    private mutating func otherTime(_ run: ByteRun, _ kind: Shape.Column.Kind) -> Timestamp? {
        if kind == .number { return run.isNumber ? times.epoch(run) : nil }
        guard run.count > 4 else { return nil }
        return run[4] == minus ? times.rfc3339(run) : times.epoch(run)
    }

    @inline(__always)
    func readDuration(_ column: Shape.Column, _ group: LineGroup) -> UInt64 {
        guard column.kind != .null else { return 0 }
        var failed: UInt64 = 0
        let unit = column.meaning!.unit ?? options.durationUnit
        for place in readDecimals(column, unit, group, into: &group.records.pointee.durationNanoseconds) {
            if let other = otherDuration(group.values(column)[place].run, column.kind, unit) {
                group.record(place).pointee.durationNanoseconds = other
            } else {
                failed |= 1 &<< UInt64(place)
            }
        }
        return failed
    }

    /// As nanoseconds; where nobody knows the unit, each value may bring its own.
    @inline(__always)
    private func readDecimals(
        _ column: Shape.Column, _ unit: DurationUnit?, _ group: LineGroup, into field: UnsafeMutablePointer<Int64>
    ) -> LineMask {
        guard let unit else { return group.all }
        return group.read(column, into: field) { cscan_decimals($0, Int(unit.rawValue), Record.longestDuration) }
    }

    @inline(never)
    private func otherDuration(_ run: ByteRun, _ kind: Shape.Column.Kind, _ unit: DurationUnit?) -> Int64? {
        if run.count < 0 { return Record.absent }
        if kind == .number, !run.isNumber { return nil }
        return RecordReader.isDash(run) ? Record.absent : run.duration(unit: unit)
    }

    /// Times that the database and the upstream took.
    @inline(__always)
    func readSpans(
        _ column: Shape.Column, _ field: Field, _ group: LineGroup, into spans: UnsafeMutablePointer<Int64>
    ) -> UInt64 {
        guard column.kind != .null, column.kind != .yes, column.kind != .no else { return 0 }
        var failed: UInt64 = 0
        for place in readDecimals(column, column.meaning!.unit, group, into: spans) {
            let run = group.values(column)[place].run
            if column.kind == .number, !run.isNumber {
                failed |= 1 &<< UInt64(place)
            } else if run.count >= 0 {
                group.set(spans, of: place, to: RecordReader.span(run, field, unit: column.meaning!.unit))
            }
        }
        return failed
    }

    @inline(__always)
    func readCounts(
        _ column: Shape.Column, _ group: LineGroup, most: Int64, into counts: UnsafeMutablePointer<Int64>
    ) -> UInt64 {
        guard column.kind != .null else { return 0 }
        var failed: UInt64 = 0
        for place in group.read(column, into: counts, by: { cscan_decimals($0, 0, most) }) {
            let run = group.values(column)[place].run
            if column.kind == .number, !run.isNumber {
                failed |= 1 &<< UInt64(place)
            } else if run.count >= 0 {
                group.set(counts, of: place, to: run.count(most: most))
            }
        }
        return failed
    }
}
