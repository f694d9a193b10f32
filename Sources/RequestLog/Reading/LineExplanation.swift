/// How one line was read, value by value: what `check --explain` shows.
package struct LineExplanation: Sendable {
    /// A field, the key it was taken from and what stood there.
    package struct Finding: Equatable, Sendable {
        package var field: Field
        /// As written, with the objects around it: `request.method`.
        package var key: String
        /// The value as it stands in the line; an identity is never shown.
        package var written: String
        /// The unit that the key tells, or the configuration; nil where the value tells it, or nothing does.
        package var unit: DurationUnit?
    }

    package enum Outcome: Equatable, Sendable {
        case record(Record)
        case blank
        /// It says how other lines are written.
        case header
        /// Part of a line that goes on in another one.
        case continuation
        /// A request that the user does not want to count.
        case filtered
        case rejected(LineFault)
    }

    /// Where a route comes from.
    package enum RouteRule: Sendable {
        case field, pattern, template
        /// Neither a field nor a pattern has one, and the path of a 4xx is anybody's.
        case unmatched
    }

    /// Nil where no format took the line.
    package var origin: LineOrigin?
    package var findings: [Finding] = []
    package var outcome: Outcome
    /// The texts behind the record's identifiers.
    package var route = ""
    /// Nil where the line is no record.
    package var routeRule: RouteRule?
    package var version: String?

    /// The line was rejected for a duration that says no unit anywhere.
    package var lacksDurationUnit: Finding? {
        guard case .rejected(let fault) = outcome, fault.reason == .badDuration else { return nil }
        return findings.first { finding in
            finding.field == .duration && finding.unit == nil
                && finding.written.utf8.allSatisfy {
                    isDigit($0) || $0 == point || $0 == minus || $0 | 0x20 == UInt8(ascii: "e") || $0 == plus
                }
        }
    }
}

extension RecordReader {
    /// Reads one line (its line feed may be missing) as one that stands for itself, and says how.
    package mutating func explain(_ line: some Sequence<UInt8>, latest: Timestamp) -> LineExplanation {
        var context = LineContext.free
        return explain(line, context: &context, latest: latest)
    }

    /// The same for the next line of a log.
    package mutating func explain(
        _ line: some Sequence<UInt8>, context: inout LineContext, latest: Timestamp
    ) -> LineExplanation {
        swap(&context, &self.context)
        defer { swap(&context, &self.context) }
        times.lastLocal = self.context.lastLocal
        var bytes = Array(line)
        if bytes.last != lineFeed { bytes.append(lineFeed) }
        let length = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: RecordReader.padding))
        return bytes.withUnsafeBufferPointer { buffer in
            explain(UnsafeBufferPointer(rebasing: buffer[..<length]), latest: latest)
        }
    }

    private mutating func explain(_ line: UnsafeBufferPointer<UInt8>, latest: Timestamp) -> LineExplanation {
        var names = Names()
        // The identifiers that the caches know belong to the caller's names.
        var keptRoutes = NameCache()
        var keptPaths = NameCache()
        var keptVersions = NameCache()
        swap(&keptRoutes, &routes)
        swap(&keptPaths, &paths)
        swap(&keptVersions, &versions)
        // And a line that is looked at again is no other line.
        let (knownWords, knownWord, lastLocal) = (unknownCacheWords, unknownCacheWord, times.lastLocal)
        defer {
            swap(&keptRoutes, &routes)
            swap(&keptPaths, &paths)
            swap(&keptVersions, &versions)
            (unknownCacheWords, unknownCacheWord, times.lastLocal) = (knownWords, knownWord, lastLocal)
        }
        var explanation = LineExplanation(outcome: .blank)
        mayBeColoured = true
        do throws(LineReject) {
            try scan(line.baseAddress!)
            explanation.origin = LineOrigin(
                format: formatName, writer: marks.writer, wrappers: wrappers.wrappers)
            explanation.findings = findings()
            let record = try interpret(latest: latest, names: &names)
            explanation.outcome = .record(record)
            explanation.route = names[record.route]
            explanation.routeRule = routeRule(of: explanation.route)
            explanation.version = record.version == .none ? nil : names[record.version]
        } catch {
            explanation.outcome = outcome(of: error, in: line)
        }
        return explanation
    }

    private func outcome(of reject: LineReject, in line: UnsafeBufferPointer<UInt8>) -> LineExplanation.Outcome {
        switch reject.kind {
        case .blank: return .blank
        case .header: return .header
        case .continuation: return .continuation
        case .filtered: return .filtered
        case .rejected:
            // What was copied out of its wrapper stands elsewhere.
            let start = UInt(bitPattern: line.baseAddress!)
            let isInLine = reject.address >= start && reject.address < start + UInt(line.count)
            return .rejected(
                LineFault(
                    reason: reject.reason, offset: isInLine ? Int(reject.address - start) : 0,
                    expected: "\(reject.expected)"))
        }
    }

    private mutating func routeRule(of route: String) -> LineExplanation.RouteRule {
        let field = fields[.route]
        if field.kind == .number { return .field }
        if field.kind == .string || field.kind == .escapedString,
            let run = text.read(field.run, escaped: field.kind == .escapedString), !RecordReader.isNoRoute(run)
        {
            return .field
        }
        if options.routes.contains(where: { $0.text == route }) { return .pattern }
        return route == "(unmatched)" ? .unmatched : .template
    }

    private var formatName: String {
        switch form {
        case .json: LineFormat.json.name
        case .text(let number): formats.names[number]
        case .logfmt: LineFormat.logfmt.name
        case .ltsv: LineFormat.ltsv.name
        case .columns: "w3c"
        }
    }

    private func key(of value: LineFields.Value) -> String {
        if let unnamed = UnnamedKey(rawValue: value.key) { return unnamed.name }
        return switch form {
        case .json, .logfmt: keys.keyPaths[Int(value.key)]
        case .text: formats.keys[Int(value.key)]
        case .ltsv: labels.keyPaths[Int(value.key)]
        case .columns: context.columns.columns[Int(value.key)].name
        }
    }

    private mutating func findings() -> [LineExplanation.Finding] {
        var findings: [LineExplanation.Finding] = []
        for field in Field.allCases where fields[field].kind != .absent {
            let value = fields[field]
            let unit = value.unit ?? (field == .duration ? options.durationUnit ?? marks.writer?.durationUnit : nil)
            findings.append(
                LineExplanation.Finding(
                    field: field, key: key(of: value), written: written(value, of: field), unit: unit))
        }
        return findings
    }

    /// The value as it stands, without what is nobody's business: identities, queries, passwords in URLs, cache keys,
    /// and the inside of objects.
    private mutating func written(_ value: LineFields.Value, of field: Field) -> String {
        if value.kind == .nested { return value.run[0] == openBrace ? "{…}" : "[…]" }
        if field == .identity || (field == .authenticated && hasSegmentKey), value.kind != .null {
            return RecordReader.isDash(value.run) ? value.run.text : "(somebody)"
        }
        guard [.path, .route, .requestLine, .cache].contains(field), value.kind != .number else {
            return value.run.prefix(80).text
        }
        guard let run = text.read(value.run, escaped: value.kind == .escapedString) else { return "(not text)" }
        if field == .cache { return CacheWords.withoutKey(run).shown(of: run) }
        if field == .route { return run.withoutQuery.shown(of: run) }
        guard field == .requestLine else { return RouteTemplate.pathOnly(run).shown(of: run) }
        guard let gap = run.firstPlace(of: space) else { return run.withoutQuery.shown(of: run) }
        let rest = run.dropFirst(gap + 1)
        let target = rest.prefix(rest.firstPlace(of: space) ?? rest.count)
        return run.prefix(gap + 1).prefix(20).text + RouteTemplate.pathOnly(target).shown(of: target)
    }
}

extension ByteRun {
    /// The first 80 bytes, and a sign where the whole has more behind this part of it.
    fileprivate func shown(of whole: ByteRun) -> String {
        prefix(80).text + (end < whole.end ? "…" : "")
    }
}
