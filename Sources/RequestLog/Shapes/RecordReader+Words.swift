import CScan

// Columns of texts: method, route, identity, cache; and the fields that few logs have, line by line.

extension RecordReader {
    @inline(__always)
    mutating func readMethods(_ column: Shape.Column, _ group: LineGroup) -> UInt64 {
        var failed: UInt64 = 0
        let left = group.read(column, into: &group.records.pointee.method) { cscan_words($0, methods.entries) }
        for place in left {
            let run = group.values(column)[place].run
            if let method = newMethod(run, column.kind, group) {
                group.record(place).pointee.method = method
            } else {
                failed |= 1 &<< UInt64(place)
            }
        }
        return failed
    }

    @inline(never)
    private mutating func newMethod(_ run: ByteRun, _ kind: Shape.Column.Kind, _ group: LineGroup) -> Method? {
        guard let text = readable(run, kind, group) else { return nil }
        let method = Method(text)
        methods.insert(run, value: method.rawValue)
        return method
    }

    @inline(__always)
    mutating func readRoutes(
        _ column: Shape.Column, _ group: LineGroup, _ dropped: UInt64, _ names: inout Names
    ) -> UInt64 {
        var failed: UInt64 = 0
        // What is remembered has been read before, so it is text.
        let left = group.read(column, into: &group.records.pointee.route) { cscan_names($0, wideRoutes.entries) }
        for place in LineMask(bits: left.bits & ~dropped) {
            let run = group.values(column)[place].run
            if let route = newRoute(run, column.kind, group, &names) {
                group.record(place).pointee.route = route
            } else {
                failed |= 1 &<< UInt64(place)
            }
        }
        return failed
    }

    /// Nil too where the route must come from the path.
    @inline(never)
    private mutating func newRoute(
        _ run: ByteRun, _ kind: Shape.Column.Kind, _ group: LineGroup, _ names: inout Names
    ) -> NameID? {
        guard let text = readable(run, kind, group), !RecordReader.isNoRoute(text) else { return nil }
        let route = RecordReader.name(text, in: &routes, names: &names) { $0.withoutQuery }
        wideRoutes.insert(run, value: route.index)
        return route
    }

    @inline(__always)
    mutating func readVersions(
        _ column: Shape.Column, _ group: LineGroup, _ dropped: UInt64, _ names: inout Names
    ) -> UInt64 {
        var failed: UInt64 = 0
        let left = group.read(column, into: &group.records.pointee.version) {
            cscan_repeated_names($0, wideVersions.entries)
        }
        for place in LineMask(bits: left.bits & ~dropped) {
            let run = group.values(column)[place].run
            if run.count >= 0, column.kind != .null {
                if let version = newVersion(run, column.kind, group, &names) {
                    group.record(place).pointee.version = version
                } else {
                    failed |= 1 &<< UInt64(place)
                }
            }
        }
        return failed
    }

    @inline(never)
    private mutating func newVersion(
        _ run: ByteRun, _ kind: Shape.Column.Kind, _ group: LineGroup, _ names: inout Names
    ) -> NameID? {
        guard let text = readable(run, kind, group) else { return kind == .yes || kind == .no ? NameID.none : nil }
        guard !RecordReader.isDash(text) else { return NameID.none }
        let version = RecordReader.name(text, in: &versions, names: &names) { $0 }
        wideVersions.insert(run, value: version.index)
        return version
    }

    @inline(__always)
    mutating func readCache(_ column: Shape.Column, _ group: LineGroup, _ dropped: UInt64) -> UInt64 {
        var failed: UInt64 = 0
        let left = group.read(column, into: &group.records.pointee.cache) { cscan_words($0, cacheStatuses.entries) }
        for place in LineMask(bits: left.bits & ~dropped) {
            let run = group.values(column)[place].run
            if run.count >= 0, column.kind != .null {
                if let status = newCacheStatus(run, column.kind, group) {
                    group.record(place).pointee.cache = status
                } else {
                    failed |= 1 &<< UInt64(place)
                }
            }
        }
        return failed
    }

    /// Unknown words are not remembered, for each of them is counted.
    @inline(never)
    private mutating func newCacheStatus(
        _ run: ByteRun, _ kind: Shape.Column.Kind, _ group: LineGroup
    ) -> CacheStatus? {
        guard let text = readable(run, kind, group) else { return nil }
        let before = unknownCacheWords
        let status = cacheStatus(of: text)
        if unknownCacheWords == before { cacheStatuses.insert(run, value: status.rawValue) }
        return status
    }

    /// A value as `interpret` would read it; nil where it is null, no text or no number.
    ///
    /// What is remembered is the run as it stands: one with escapes is no other text's run.
    private mutating func readable(_ run: ByteRun, _ kind: Shape.Column.Kind, _ group: LineGroup) -> ByteRun? {
        switch kind {
        case .text: text.read(run, escaped: !group.arePlain)
        case .scalar: run.count < 0 ? nil : text.read(run, escaped: false)
        case .number: run.isNumber ? run : nil
        case .null, .yes, .no: nil
        }
    }

    @inline(__always)
    func readIdentity(_ column: Shape.Column, _ group: LineGroup) -> UInt64 {
        var failed: UInt64 = 0
        var left = group.all
        if column.kind == .scalar {
            left = group.read(column, into: &group.records.pointee.segment) {
                cscan_identities($0, Segment.authenticated.rawValue, Segment.anonymous.rawValue)
            }
        }
        for place in left {
            let run = group.values(column)[place].run
            let segment: Segment?
            switch column.kind {
            case .text: segment = RecordReader.segment(ofIdentity: run)
            case .scalar: segment = RecordReader.segment(ofScalar: run)
            case .number: segment = run.isNumber ? .authenticated : nil
            case .null, .no: segment = .anonymous
            case .yes: segment = .authenticated
            }
            failed |= (segment == nil ? 1 : 0) &<< UInt64(place)
            group.record(place).pointee.segment = segment ?? .unknown
        }
        return failed
    }

    @inline(never)
    private static func segment(ofScalar run: ByteRun) -> Segment? {
        switch LineGroup.kind(ofScalar: run) {
        case .string: segment(ofIdentity: run.dropFirst(1).prefix(run.count - 2))
        case .number, .yes: .authenticated
        case .null, .no: .anonymous
        default: nil
        }
    }

    /// The fields that few logs have, by the functions of `interpret`, from the values of a line that are wanted.
    @inline(never)
    mutating func readRareFields(
        of shape: UnsafeMutablePointer<Shape>, _ group: LineGroup, _ dropped: UInt64, _ names: inout Names
    ) -> UInt64 {
        var failed: UInt64 = 0
        for place in 0..<group.count where dropped &>> UInt64(place) & 1 == 0 {
            guard setFields(of: shape, group, place) else {
                failed |= 1 &<< UInt64(place)
                continue
            }
            do throws(LineReject) {
                let record = group.record(place)
                // Whose interning must not outlive a line that fails comes last.
                if hasSegmentKey || shape.pointee.column(of: .authenticated) != nil {
                    record.pointee.segment = try segment()
                }
                if !shape.pointee.hasPlainRoute { try methodAndRoute(&record.pointee, names: &names) }
            } catch {
                failed |= 1 &<< UInt64(place)
            }
        }
        return failed
    }

    /// The lines that a filter takes; what it cannot read of a line is the general scanner's.
    @inline(never)
    mutating func readFilters(
        of shape: UnsafeMutablePointer<Shape>, _ group: LineGroup, _ failed: inout UInt64
    ) -> UInt64 {
        var filtered: UInt64 = 0
        for place in LineMask(bits: group.all.bits & ~failed) {
            do throws(LineReject) {
                guard setFields(of: shape, group, place) else { throw LineReject(.filtered) }
                if try isFiltered(status: group.record(place).pointee.status) { filtered |= 1 &<< UInt64(place) }
            } catch {
                failed |= 1 &<< UInt64(place)
            }
        }
        return filtered
    }

    /// False where a value is not what its form says.
    private mutating func setFields(
        of shape: UnsafeMutablePointer<Shape>, _ group: LineGroup, _ place: Int
    ) -> Bool {
        fields.clear()
        for number in 0..<shape.pointee.columnCount {
            let column = shape.pointee.columns[number]
            guard let meaning = column.meaning else { continue }
            var run = group.values(column)[place].run
            let kind: LineFields.Kind
            switch column.kind {
            case .text: kind = !group.arePlain && column.mayHoldEscapes ? .escapedString : .string
            case .number:
                guard run.isNumber else { return false }
                kind = .number
            case .null: kind = .null
            case .yes: kind = .yes
            case .no: kind = .no
            case .scalar where column.isOfSegment:
                guard let found = LineGroup.kind(ofScalar: run) else { return false }
                kind = found
                if kind == .string { run = run.dropFirst(1).prefix(run.count - 2) }
            case .scalar: kind = run.count < 0 ? .null : .string
            }
            fields.set(run, kind, for: meaning)
        }
        return true
    }
}
