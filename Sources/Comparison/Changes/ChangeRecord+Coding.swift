internal import RequestLog

/// Why a file is no change record.
package struct ChangeRecordError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Sendable { case damaged, newer }

    package var kind: Kind
    package var description: String

    init(_ description: String, _ kind: Kind = .damaged) {
        self.kind = kind
        self.description = description
    }
}

extension ChangeRecord {
    /// As it is on disk; the same record gives the same bytes.
    package var tree: JSONTree {
        .object([
            .init("schema", .text(ChangeRecord.schema)), .init("id", .text(id)), .init("title", .text(title)),
            .init("owner", .text(owner)), .init("note", .text(note)), .init("created", time(created)),
            .init("closed", closed.map(time) ?? .null), .init("routes", .texts(routes)),
            .init("admin_prefix", .text(adminPrefix)), .init("expectations", .texts(expectations.map(\.text))),
            .init("rollback", .text(rollback)), .init("baseline", baseline.tree),
            .init("checklist", .array(firstChecklist.map(\.tree))), .init("events", .array(events.map(\.tree))),
            .init("verdicts", .array(verdicts.map(\.tree))),
        ])
    }

    package init(_ bytes: [UInt8]) throws(ChangeRecordError) {
        let tree: JSONTree
        do throws(JSONError) { tree = try JSONTree(bytes) } catch { throw ChangeRecordError("\(error)") }
        let reader = try TreeReader(tree)
        let schema = try reader.text("schema")
        guard schema == ChangeRecord.schema else {
            let isNewer = schema.hasPrefix("plumbline.change.v")
            throw ChangeRecordError(
                "schema: expected \"\(ChangeRecord.schema)\", found \"\(schema)\""
                    + (isNewer ? "; a newer Plumbline wrote it" : ""), isNewer ? .newer : .damaged)
        }
        let id = try reader.text("id")
        guard ChangeRecord.isID(id) else { throw ChangeRecordError("id: expected lower case letters, digits and -") }
        self.init(
            id: id, title: try reader.text("title"), owner: try reader.text("owner"), note: reader.optionalText("note"),
            created: try reader.time("created"), routes: try reader.texts("routes"),
            adminPrefix: try reader.text("admin_prefix"), rollback: reader.optionalText("rollback"),
            baseline: try ChangeBaseline(try reader.object("baseline")))
        for text in try reader.texts("expectations") {
            do throws(ExpectationError) {
                expectations.append(try Expectation(parsing: text))
            } catch {
                throw ChangeRecordError("expectations: \(error)")
            }
        }
        closed = try reader.optionalTime("closed")
        for item in try reader.objects("checklist") { firstChecklist.append(try ChecklistItem(item)) }
        for event in try reader.objects("events") { add(try Event(event)) }
        for verdict in try reader.objects("verdicts") { add(try ChangeVerdict(verdict)) }
    }
}

private func time(_ time: Timestamp) -> JSONTree { .text("\(time)") }

extension ChangeRecord.Event {
    var tree: JSONTree {
        var members: [JSONTree.Member] = [.init("kind", .text(kind.rawValue)), .init("time", .text("\(time)"))]
        if let note { members.append(.init("note", .text(note))) }
        if let exitCode { members.append(.init("exit", .integer(Int64(exitCode)))) }
        return .object(members)
    }

    init(_ reader: TreeReader) throws(ChangeRecordError) {
        guard let kind = Kind(rawValue: try reader.text("kind")) else { throw reader.fail("kind", "a kind of event") }
        self.init(
            kind, at: try reader.time("time"), note: reader.optionalText("note"),
            exitCode: reader.optionalInteger("exit").map(Int.init(truncatingIfNeeded:)))
    }
}

extension ChangeBaseline {
    package var tree: JSONTree {
        .object([
            .init("from", time(from)), .init("to", time(to)), .init("requests", .integer(Int64(clamping: requests))),
            .init("slices", .integer(Int64(slices))), .init("source", .text(source)), .init("format", .text(format)),
            .init("configuration", .text(configuration)), .init("numbers", .array(numbers.map(\.tree))),
            .init("insights", .texts(insights)),
        ])
    }

    init(_ reader: TreeReader) throws(ChangeRecordError) {
        self.init(
            from: try reader.time("from"), to: try reader.time("to"), requests: try reader.count("requests"),
            slices: Int(clamping: try reader.count("slices")), source: try reader.text("source"),
            format: reader.optionalText("format"), configuration: reader.optionalText("configuration"),
            insights: try reader.texts("insights"))
        for row in try reader.objects("numbers") { numbers.append(try Numbers(row)) }
    }
}

extension ChangeBaseline.Numbers {
    var tree: JSONTree {
        .object([
            .init("route", .text(route)), .init("requests", .integer(Int64(clamping: requests))),
            .init("p50", .number(p50)), .init("p90", .number(p90)), .init("p95", .number(p95)),
            .init("p99", .number(p99)), .init("mean", .number(mean)), .init("error_ratio", .number(errorRatio)),
            .init("hit_ratio", .number(hitRatio)), .init("db_calls", .number(dbCalls)),
        ])
    }

    init(_ reader: TreeReader) throws(ChangeRecordError) {
        self.init(
            route: reader.optionalText("route"), requests: try reader.count("requests"),
            p50: reader.optionalNumber("p50"), p90: reader.optionalNumber("p90"), p95: reader.optionalNumber("p95"),
            p99: reader.optionalNumber("p99"), mean: reader.optionalNumber("mean"),
            errorRatio: reader.optionalNumber("error_ratio"), hitRatio: reader.optionalNumber("hit_ratio"),
            dbCalls: reader.optionalNumber("db_calls"))
    }
}

extension ChangeVerdict {
    package var tree: JSONTree {
        .object([
            .init("time", .text("\(time)")), .init("verdict", .text(verdict.rawValue)),
            .init("exit", .integer(Int64(verdict.exitCode))), .init("after_rollback", .flag(isAfterRollback)),
            .init(
                "after",
                .object([
                    .init("from", .text("\(after.from)")), .init("to", .text("\(after.to)")),
                    .init("requests", .integer(Int64(clamping: after.requests))),
                ])), .init("reasons", .texts(reasons)), .init("promises", .array(promises.map(\.tree))),
            .init("checklist", .array(checklist.map(\.tree))),
        ])
    }

    init(_ reader: TreeReader) throws(ChangeRecordError) {
        guard let verdict = Verdict(rawValue: try reader.text("verdict")) else {
            throw reader.fail("verdict", "a verdict")
        }
        let after = try reader.object("after")
        self.init(
            time: try reader.time("time"), verdict: verdict,
            isAfterRollback: reader.optionalFlag("after_rollback") ?? false,
            after: Window(
                from: try after.time("from"), to: try after.time("to"), requests: try after.count("requests")),
            reasons: try reader.texts("reasons"))
        for promise in try reader.objects("promises") { promises.append(try Promise(promise)) }
        for item in try reader.objects("checklist") { checklist.append(try ChecklistItem(item)) }
    }
}

extension ChangeVerdict.Promise {
    package var tree: JSONTree {
        .object([
            .init("text", .text(text)), .init("verdict", .text(verdict.rawValue)), .init("reason", .text(reason)),
            .init("before", .number(before)), .init("after", .number(after)), .init("total", .number(total)),
            .init("code", .number(code)), .init("code_low", .number(codeLow)), .init("code_high", .number(codeHigh)),
            .init("attribution", .text(attribution)),
        ])
    }

    init(_ reader: TreeReader) throws(ChangeRecordError) {
        guard let verdict = Verdict(rawValue: try reader.text("verdict")) else {
            throw reader.fail("verdict", "a verdict")
        }
        self.init(
            text: try reader.text("text"), verdict: verdict, reason: try reader.text("reason"),
            before: reader.optionalNumber("before"), after: reader.optionalNumber("after"),
            total: reader.optionalNumber("total"), code: reader.optionalNumber("code"),
            codeLow: reader.optionalNumber("code_low"), codeHigh: reader.optionalNumber("code_high"),
            attribution: reader.optionalText("attribution"))
    }
}

extension ChecklistItem {
    package var tree: JSONTree {
        .object([
            .init("item", .text(key.rawValue)), .init("text", .text(key.text)), .init("state", .text(state.rawValue)),
            .init("evidence", .text(evidence)),
        ])
    }

    init(_ reader: TreeReader) throws(ChangeRecordError) {
        guard let key = Key(rawValue: try reader.text("item")) else { throw reader.fail("item", "a checklist item") }
        guard let state = State(rawValue: try reader.text("state")) else { throw reader.fail("state", "a state") }
        self.init(key, state, try reader.text("evidence"))
    }
}
