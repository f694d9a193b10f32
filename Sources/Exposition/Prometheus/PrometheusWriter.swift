/// Appends samples of the Prometheus text format 0.0.4: `name{labels} value`.
struct PrometheusWriter {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    /// `help` is one line without a backslash.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        bytes.append(contentsOf: "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n".utf8)
    }

    mutating func sample(_ name: String, _ labels: [UInt8] = [], value: (inout [UInt8]) -> Void) {
        bytes.append(contentsOf: name.utf8)
        if !labels.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes.append(contentsOf: labels)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        value(&bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func sample(_ name: String, _ labels: [UInt8] = [], _ value: UInt64) {
        sample(name, labels) { $0.append(integer: value) }
    }

    /// Several pieces or lines at once, on the paths where every byte counts; `room` is the most that they take.
    mutating func append(room: Int, _ lines: (inout OutputSpan<UInt8>) -> Void) {
        bytes.append(addingCapacity: room, initializingWith: lines)
    }
}

extension [UInt8] {
    /// `name="value"`, after a comma if it is not the first. Backslash, quote and line feed are escaped, the rest is
    /// UTF-8 as it is.
    mutating func append(label name: String, _ value: String) {
        if !isEmpty { append(UInt8(ascii: ",")) }
        append(contentsOf: name.utf8)
        append(contentsOf: "=\"".utf8)
        let start = count
        append(contentsOf: value.utf8)
        if self[start...].contains(where: { escape(of: $0) != nil }) {
            replaceSubrange(start..., with: value.utf8.flatMap { escape(of: $0) ?? [$0] })
        }
        append(UInt8(ascii: "\""))
    }
}

private func escape(of byte: UInt8) -> [UInt8]? {
    switch byte {
    case UInt8(ascii: "\\"): Array(#"\\"#.utf8)
    case UInt8(ascii: "\""): Array(#"\""#.utf8)
    case UInt8(ascii: "\n"): Array(#"\n"#.utf8)
    default: nil
    }
}
