package import RequestLog
package import RollingWindow

/// Slices as rows that other tools read: one row for every slice and series, as CSV or as JSON lines.
///
/// CSV is quoted as RFC 4180 says and its lines end with a line feed. A row needs no other, so slices can be written
/// one by one.
package struct SliceExport: Sendable {
    package enum Format: String, CaseIterable, Sendable {
        case csv
        case jsonLines = "jsonl"
    }

    package var format: Format
    /// Puts a `'` before texts that a spreadsheet would take for a formula. They are not the log's texts any more.
    package var guardsFormulas = false
    /// Spells control characters out, for a terminal. JSON always does.
    package var escapesControls = false

    package init(_ format: Format) { self.format = format }

    /// What stands before the first row.
    package var header: [UInt8] {
        switch format {
        case .csv: Array(SliceExport.columns.map(\.rawValue).joined(separator: ",").utf8) + [UInt8(ascii: "\n")]
        case .jsonLines: []
        }
    }

    /// The series by the bytes of their texts.
    package func rows(_ slice: Slice, names: Names) -> [UInt8] {
        var bytes: [UInt8] = []
        let (start, end) = (slice.start.description, slice.end.description)
        for key in SeriesOrder(of: slice.series.keys, names: names).sorted(slice.series.keys) {
            let row = ExportRow(
                start: start, end: end, source: names[key.source], route: names[key.route],
                version: names[key.version], key: key, cell: slice.series[key] ?? Cell())
            switch format {
            case .csv: append(csv: row, to: &bytes)
            case .jsonLines: bytes += json(row)
            }
        }
        return bytes
    }

    private func json(_ row: ExportRow) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            for column in SliceExport.columns {
                json.key(column.rawValue)
                switch column.value(of: row) {
                case .absent: json.null()
                case .text(let text), .word(let text): json.value(text)
                case .integer(let number): json.value(number)
                case .seconds(let nanoseconds): json.seconds(nanoseconds: nanoseconds)
                case .estimate(let number): json.estimate(number)
                case .buckets(let buckets):
                    json.array { json in
                        for (index, count) in buckets.filled {
                            json.array { json in
                                json.value(Int64(index))
                                json.value(count)
                            }
                        }
                    }
                }
            }
        }
        return json.finish()
    }

    private func append(csv row: ExportRow, to bytes: inout [UInt8]) {
        for (place, column) in SliceExport.columns.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            switch column.value(of: row) {
            case .absent: break
            case .text(let text): append(csv: text, to: &bytes)
            case .word(let word): bytes.append(contentsOf: word.utf8)
            case .integer(let number): bytes.append(integer: number)
            case .seconds(let nanoseconds): bytes.append(secondsOfNanoseconds: nanoseconds)
            case .estimate(let number): bytes.append(estimate: number)
            case .buckets(let buckets):
                for (place, (index, count)) in buckets.filled.enumerated() {
                    if place > 0 { bytes.append(UInt8(ascii: " ")) }
                    bytes.append(integer: Int128(index))
                    bytes.append(UInt8(ascii: ":"))
                    bytes.append(integer: count)
                }
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Quoted where it must be, and where it is empty: that is not the same as not there.
    private func append(csv text: String, to bytes: inout [UInt8]) {
        let guarded = guardsFormulas && text.utf8.first.map(SliceExport.formulaStarts.contains) ?? false
        let shown = (guarded ? "'" : "") + (escapesControls ? escapedForDisplay(text) : text)
        let space = UInt8(ascii: " ")
        let isPlain = !shown.isEmpty && shown.utf8.first != space && shown.utf8.last != space
        guard !isPlain || shown.utf8.contains(where: SliceExport.quotedBytes.contains) else {
            return bytes.append(contentsOf: shown.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in shown.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// After "CSV Injection" of the Open Worldwide Application Security Project.
    private static let formulaStarts = Array("=+-@\t\r\n".utf8)
    private static let quotedBytes = Array(",\"\r\n".utf8)
    private static let columns = ExportColumn.allCases
}

extension Buckets {
    /// Index and count of the buckets that are not empty, by index.
    fileprivate var filled: [(Int32, UInt64)] {
        counts.enumerated().compactMap { place, count in count > 0 ? (lowest + Int32(place), count) : nil }
    }
}
