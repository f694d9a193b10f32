import CScan

// The path of most lines: a chunk of lines is found, those of one shape are matched side by side, and their values
// become records column by column. Whatever is not proven on the way is read by the general scanner, line by line, so
// both accept the same lines and read the same values.

extension RecordReader {
    /// Reads the next lines in [start, end), at most `batch.room`; returns the beginning of the one behind them.
    mutating func readChunk(
        from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>, latest: Timestamp, names: inout Names,
        counts: inout LineCounts, into batch: inout RecordBatch
    ) -> UnsafePointer<UInt8> {
        // Before anything is learnt, most of a chunk would have to be read the slow way; a text teaches nothing.
        let isTeaching = shapes.count == 0 && form == .json && wrappers.isEmpty
        chunk.fill(from: start, to: end, limit: isTeaching ? min(batch.room, 8) : batch.room)
        // Shapes take lines out of their order.
        for place in 0..<(context.isOrdered ? 0 : shapes.count) where chunk.leftCount > 0 {
            readLines(of: shapes[place], before: end, latest: latest, names: &names, into: batch.next)
        }
        shapedLines &+= UInt64(chunk.recordCount + chunk.filteredCount)
        counts.accepted &+= UInt64(chunk.recordCount)
        counts.filtered &+= UInt64(chunk.filteredCount)
        readLinesLeft(latest: latest, names: &names, counts: &counts, into: batch.next)
        shapes.review()
        batch.take(chunk.count, recordCount: chunk.recordCount, isRecord: chunk.isRecord)
        return chunk.lines[chunk.count - 1].end + 1
    }

    /// Reads those of the lines left that have this shape, in groups.
    @inline(__always)
    private mutating func readLines(
        of shape: UnsafeMutablePointer<Shape>, before end: UnsafePointer<UInt8>, latest: Timestamp,
        names: inout Names, into records: UnsafeMutablePointer<Record>
    ) {
        let before = chunk.recordCount + chunk.filteredCount
        // Plain lines first, odd ones and the last of the block behind them: each sort has its own way of matching.
        let (alike, plain) = chunk.takeLines(
            beginningLike: shape.pointee.steps, endingBefore: end - shape.pointee.reach)
        var first = 0
        while first < alike {
            let isPlain = first < plain
            let group = LineGroup(
                lines: chunk.alike + first, count: min((isPlain ? plain : alike) - first, Chunk.groupCapacity),
                columns: chunk.columns, records: records, arePlain: isPlain)
            let failed = isPlain ? match(group, shape) : matchBlanked(group, shape)
            var filtered: UInt64 = 0
            let none = readColumns(
                of: shape, group, failed: failed, latest: latest, names: &names, filtered: &filtered)
            finish(group, failed: none, filtered: filtered & ~none)
            first += group.count
        }
        let matched = chunk.recordCount + chunk.filteredCount - before
        shape.pointee.tried += alike
        shape.pointee.matched += matched
        if matched > 0 { shape.pointee.hasMatched = true }
    }

    @inline(__always)
    private func match(_ group: LineGroup, _ shape: UnsafeMutablePointer<Shape>) -> UInt64 {
        cscan_match(
            shape.pointee.steps, shape.pointee.stepCount, chunk.lines, group.lines, group.count, group.columns
        ) { value, end in (try? JSONScanner.skipValue(value, depth: Outline.depthLimit)) ?? end }
    }

    /// The same for lines with escapes; those that cannot be copied are matched one by one, every value by the general
    /// scanner's rules.
    @inline(never)
    private mutating func matchBlanked(_ group: LineGroup, _ shape: UnsafeMutablePointer<Shape>) -> UInt64 {
        let alone = blanked.copy(group, from: chunk.lines, reach: shape.pointee.reach)
        var failed = cscan_match(
            shape.pointee.steps, shape.pointee.stepCount, blanked.lines, blanked.places, group.count, group.columns
        ) { value, end in (try? JSONScanner.skipValue(value, depth: Outline.depthLimit)) ?? end }
        for number in 0..<shape.pointee.columnCount where shape.pointee.columns[number].mustBePlain {
            failed |= cscan_blanked(group.values(shape.pointee.columns[number]), group.count)
        }
        // A value that nobody reads is proven where it stands in the copy: there it holds no escape.
        for number in 0..<shape.pointee.columnCount where shape.pointee.columns[number].meaning != nil {
            blanked.restore(
                group.values(shape.pointee.columns[number]), of: group, from: chunk.lines,
                failed: LineMask(bits: failed))
        }
        failed &= ~alone.bits
        for place in alone where !isMatch(chunk.lines[Int(group.lines[place])].start, shape, place) {
            failed |= 1 &<< UInt64(place)
        }
        return failed
    }

    private func isMatch(_ line: UnsafePointer<UInt8>, _ shape: UnsafeMutablePointer<Shape>, _ place: Int) -> Bool {
        for column in 0..<shape.pointee.columnCount {
            chunk.columns[column * Chunk.groupCapacity + place] = cscan_span(start: line, end: line)
        }
        var cursor = line
        for number in 0..<shape.pointee.stepCount {
            let step = shape.pointee.steps + number
            let value = cursor
            if step.pointee.stop == quote, step.pointee.hop != CSCAN_HOP_VALUE,
                case let stop = cscan_string_end(value), stop.pointee == quote
            {
                cursor = stop
            } else if step.pointee.hop != CSCAN_HOP_NONE {
                guard let end = endOfValue(at: value, step, shape) else { return false }
                cursor = end
            }
            if step.pointee.column >= 0 {
                let column = Int(step.pointee.column) * Chunk.groupCapacity
                chunk.columns[column + place] = cscan_span(start: value, end: cursor)
            }
            if cscan_differs(cursor, step) != 0 { return false }
            cursor += Int(step.pointee.literal_count)
        }
        return true
    }

    /// Where the step's literal must begin; nil where no value stands, or one that only the general scanner reads.
    @inline(never)
    private func endOfValue(
        at value: UnsafePointer<UInt8>, _ step: UnsafePointer<cscan_step>, _ shape: UnsafeMutablePointer<Shape>
    ) -> UnsafePointer<UInt8>? {
        let isText = step.pointee.stop == quote && step.pointee.hop != CSCAN_HOP_VALUE
        guard isText || (value.pointee == quote && step.pointee.column >= 0) else {
            return try? JSONScanner.skipValue(value, depth: Outline.depthLimit)
        }
        let content = isText ? value : value + 1
        let stop = cscan_string_end(content)
        if stop.pointee == quote { return isText ? stop : stop + 1 }
        // Escapes or control bytes; in a value that somebody reads, only some escapes and no control bytes.
        guard let end = try? JSONScanner.string(content).end else { return nil }
        let column = Int(step.pointee.column)
        if column < 0 { return end }
        guard shape.pointee.columns[column].mayHoldEscapes else { return nil }
        for place in 0..<(end - content) where content[place] < 0x20 { return nil }
        return end
    }

    /// What has failed is left to the next shape, and in the end to the general scanner.
    @inline(__always)
    private mutating func finish(_ group: LineGroup, failed: UInt64, filtered: UInt64) {
        if failed | filtered == 0 {
            for place in 0..<group.count { chunk.isRecord[Int(group.lines[place])] = true }
            chunk.recordCount &+= group.count
            return
        }
        for place in 0..<group.count {
            if failed &>> UInt64(place) & 1 != 0 {
                chunk.leave(group.lines[place])
            } else if filtered &>> UInt64(place) & 1 != 0 {
                chunk.filteredCount &+= 1
            } else {
                chunk.noteRecord(group.lines[place])
            }
        }
    }

    /// The lines that no shape took, one by one; now and then one of them teaches a shape.
    @inline(never)
    private mutating func readLinesLeft(
        latest: Timestamp, names: inout Names, counts: inout LineCounts, into records: UnsafeMutablePointer<Record>
    ) {
        for place in 0..<chunk.leftCount {
            let number = chunk.left[place]
            let line = chunk.lines[Int(number)]
            mayBeColoured = line.is_odd != 0
            do throws(LineReject) {
                try scan(line.start)
                records[Int(number)] = try interpret(latest: latest, names: &names)
                counts.accepted &+= 1
                chunk.noteRecord(number)
                if learnsShapes, form == .json, wrappers.isEmpty, shapes.wantsToLearn() { learn(line.start) }
            } catch {
                note(error, of: ByteRun(start: line.start, count: line.end - line.start), in: &counts)
            }
        }
    }

    @inline(never)
    private mutating func learn(_ line: UnsafePointer<UInt8>) {
        guard let closed = outline(line, opensNested: false) else { return shapes.waitLonger() }
        if let opened = outline(line, opensNested: true), opened != closed {
            shapes.learn(opened, closed: closed)
        } else {
            shapes.learn(closed, closed: nil)
        }
    }
}
