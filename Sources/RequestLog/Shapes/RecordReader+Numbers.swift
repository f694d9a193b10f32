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
            if column.kind != .number, let known = times.millisecondsInKnownMinute(run) {
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
        // By digits behind the point, the nanoseconds of the last one; 0: it is worth less than one, or nobody knows.
        var scales = InlineArray<8, Int64>(repeating: 0)
        for fraction in scales.indices {
            let power = Int(unit?.rawValue ?? 0) - fraction
            if unit != nil, power >= 0 { scales[fraction] = (0..<power).reduce(1) { scale, _ in scale * 10 } }
        }
        let values = group.values(column)
        for place in 0..<group.count {
            let run = values[place].run
            if UInt(bitPattern: run.count &- 1) < 8, !run.hasLeadingZero,
                let (mantissa, fraction) = Digits(run.start, count: run.count).decimal(count: run.count)
            {
                let scale = scales[unchecked: fraction]
                let nanoseconds = mantissa &* scale
                if scale > 0, nanoseconds <= Record.longestDuration {
                    group.record(place).pointee.durationNanoseconds = nanoseconds
                    continue
                }
            }
            if let other = otherDuration(run, column.kind, unit) {
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
