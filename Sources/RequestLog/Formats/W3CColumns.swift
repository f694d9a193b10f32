/// The columns of a W3C extended log file (W3C working draft WD-logfile-960323), as its last `#Fields:` names them.
///
/// The names are those of the draft, of IIS and of CloudFront. The draft counts `time-taken` in seconds, IIS writes
/// milliseconds, so it has a unit only where a column gives the writer away: `sc-win32-status` and `sc-substatus` are
/// IIS's, `x-edge-location` is CloudFront's. Dates and times are UTC but for IIS's `date-local` and `time-local`.
package struct W3CColumns: Hashable, Sendable {
    struct Column: Hashable, Sendable {
        var name: String
        /// Normalised, as keys are compared.
        var path: String { FieldNames.normalized(name) }
        /// Nil: nobody asks for it, or it is half of the time.
        var meaning: FieldMeaning?
        var half: Half?
    }

    /// An instant is told in two columns.
    enum Half: Hashable { case date, time }

    /// A longer header names no columns: it is kept with the position.
    static let mostBytes = 16 << 10

    /// As they stand in the header.
    let text: [UInt8]
    let columns: [Column]
    /// The time is that of the place where it was written.
    let isLocal: Bool

    /// - Parameter text: the names in any case, blanks or tabs between them; with `#Fields:` in front, or without.
    package init(_ text: [UInt8] = []) {
        self.text = text
        let names = text.split { $0 <= space }.map { String(decoding: $0, as: UTF8.self) }.filter { $0 != "#Fields:" }
        let lowercased = Set(names.map { $0.lowercased() })
        let unit = W3CColumns.unitOfTimeTaken(among: lowercased)
        columns = names.map { W3CColumns.column($0, unitOfTimeTaken: unit) }
        isLocal = lowercased.contains("time-local")
    }

    /// What is missing for a line to be a request's; nil: nothing.
    package var missing: String? {
        if !columns.contains(where: { $0.meaning?.field == .status }) { return "sc-status" }
        return columns.contains { $0.half == .time } ? nil : "time"
    }

    /// Whether the line is one of the format's own: `#Version: 1.0`.
    static func isDirective(_ line: UnsafePointer<UInt8>) -> Bool {
        guard line.pointee == UInt8(ascii: "#") else { return false }
        for name in ["Fields", "Version", "Software", "Date", "Start-Date", "End-Date", "Remark"] as [StaticString] {
            if WrapperText.begins(line + 1, name), line[1 + name.utf8CodeUnitCount] == colon { return true }
        }
        return false
    }

    private static func unitOfTimeTaken(among names: Set<String>) -> DurationUnit? {
        if names.contains("x-edge-location") { return .seconds }
        return names.isDisjoint(with: ["sc-win32-status", "sc-substatus"]) ? nil : .milliseconds
    }

    private static func column(_ name: String, unitOfTimeTaken unit: DurationUnit?) -> Column {
        func column(_ field: Field, rank: UInt8 = 0, _ notation: FieldMeaning.Notation = .plain) -> Column {
            Column(name: name, meaning: FieldMeaning(field: field, rank: rank, notation: notation))
        }
        let lowercased = name.lowercased()
        switch lowercased {
        case "date", "date-local": return Column(name: name, half: .date)
        case "time", "time-local": return Column(name: name, half: .time)
        case "cs-method": return column(.method)
        case "cs-uri-stem": return column(.path)
        case "cs-uri": return column(.path, rank: 1)
        // CloudFront: 000 where the client left before the answer.
        case "sc-status": return column(.status, .signed)
        case "cs-username": return column(.identity)
        case "sc-bytes", "bytes": return column(.bytes)
        case "time-taken":
            return Column(name: name, meaning: FieldMeaning(field: .duration, rank: 1, unit: unit))
        default: break
        }
        let path = FieldNames.normalized(name)
        let isNamedByUser =
            !name.contains("(") && !["c-", "s-", "cs-", "sc-", "sr-", "rs-"].contains { lowercased.hasPrefix($0) }
        if isNamedByUser { return Column(name: name, meaning: FieldNames.meaning(ofPath: path)) }
        // A header of the answer: `sc(X-Cache)`.
        guard lowercased.hasPrefix("sc("), name.hasSuffix(")") else { return Column(name: name) }
        return Column(name: name, meaning: TextNames.ofHeader(String(name.dropFirst(3).dropLast())))
    }
}
