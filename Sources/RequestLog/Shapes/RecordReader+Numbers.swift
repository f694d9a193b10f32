import CScan

// Columns of numbers: status, time, duration and counts.

extension RecordReader {
    @inline(__always)
    func readStatus(_ column: Shape.Column, _ group: LineGroup) -> UInt64 {
        var failed: UInt64 = 0
        let values = group.values(column)
        for place in 0..<group.count {
            let run = values[place].run
            // Three bytes, each with what a zero has taken off.
            let digits = cscan_word(run.start) & 0xff_ffff ^ 0x30_3030
            let areDigits = (digits | (digits &+ 0x76_7676)) & 0x80_8080 == 0
            let hundreds = digits & 0xff
            let isStatus = run.count == 3 && areDigits && hundreds &- 1 < 5
            failed |= (isStatus ? 0 : 1) &<< UInt64(place)
            let code = (hundreds &* 10 &+ (digits &>> 8 & 0xff)) &* 10 &+ digits &>> 16
            group.record(place).pointee.status = UInt16(truncatingIfNeeded: code)
        }
        return failed
    }

    @inline(__always)
    mutating func readTime(_ column: Shape.Column, _ group: LineGroup, _ latest: Timestamp) -> UInt64 {
        var failed: UInt64 = 0
        let values = group.values(column)
        for place in 0..<group.count {
            let run = values[place].run
            let time: Timestamp
            if column.kind != .number, let known = times.inKnownMinute(run) {
                time = known
            } else if let other = otherTime(run, column.kind) {
                time = other
            } else {
                failed |= 1 &<< UInt64(place)
                continue
            }
            failed |= (time > latest ? 1 : 0) &<< UInt64(place)
            group.record(place).pointee.time = time
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
        let scales = Scales(unit)
        let values = group.values(column)
        for place in 0..<group.count {
            let run = values[place].run
            if let nanoseconds = scales.nanoseconds(run) {
                group.record(place).pointee.durationNanoseconds = nanoseconds
            } else if let other = otherDuration(run, column.kind, unit) {
                group.record(place).pointee.durationNanoseconds = other
            } else {
                failed |= 1 &<< UInt64(place)
            }
        }
        return failed
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
        _ column: Shape.Column, _ field: Field, _ group: LineGroup, set: (UnsafeMutablePointer<Record>, Int64) -> Void
    ) -> UInt64 {
        guard column.kind != .null, column.kind != .yes, column.kind != .no else { return 0 }
        var failed: UInt64 = 0
        let scales = Scales(column.meaning!.unit)
        let values = group.values(column)
        for place in 0..<group.count {
            let run = values[place].run
            if let nanoseconds = scales.nanoseconds(run) {
                set(group.record(place), nanoseconds)
            } else if column.kind == .number, !run.isNumber {
                failed |= 1 &<< UInt64(place)
            } else if run.count >= 0 {
                set(group.record(place), RecordReader.span(run, field, unit: column.meaning!.unit))
            }
        }
        return failed
    }

    /// By digits behind the point, the nanoseconds of the last one; 0: it is worth less than one, or nobody knows.
    private struct Scales {
        private var nanoseconds = InlineArray<8, Int64>(repeating: 0)

        @inline(__always)
        init(_ unit: DurationUnit?) {
            guard let unit else { return }
            // A whole unit, then a tenth of it, and so on.
            var scale: Int64 = 1
            for _ in 0..<unit.rawValue { scale *= 10 }
            for fraction in nanoseconds.indices where scale > 0 {
                nanoseconds[fraction] = scale
                scale = scale % 10 == 0 ? scale / 10 : 0
            }
        }

        /// Of a plain decimal number of up to eight characters; nil for everything else.
        @inline(__always)
        func nanoseconds(_ run: ByteRun) -> Int64? {
            guard UInt(bitPattern: run.count &- 1) < 8, !run.hasLeadingZero,
                let (mantissa, fraction) = Digits(run.start, count: run.count).decimal(count: run.count)
            else { return nil }
            let scale = nanoseconds[unchecked: fraction]
            let value = mantissa &* scale
            return scale > 0 && value <= Record.longestDuration ? value : nil
        }
    }

    @inline(__always)
    func readCounts(
        _ column: Shape.Column, _ group: LineGroup, most: Int64, set: (UnsafeMutablePointer<Record>, Int64) -> Void
    ) -> UInt64 {
        guard column.kind != .null else { return 0 }
        var failed: UInt64 = 0
        let values = group.values(column)
        for place in 0..<group.count {
            let run = values[place].run
            if UInt(bitPattern: run.count &- 1) < 8, !run.hasLeadingZero {
                let digits = Digits(run.start, count: run.count)
                if digits.areDigits {
                    set(group.record(place), digits.value)
                    continue
                }
            }
            if column.kind == .number, !run.isNumber {
                failed |= 1 &<< UInt64(place)
            } else if run.count >= 0 {
                set(group.record(place), run.count(most: most))
            }
        }
        return failed
    }
}
