/// One line for each reason for which lines were no records, with everything private gone from it.
///
/// Of a line only the form is kept: letters are `a`, digits `9`, every other byte `?`, and the names of fields as they
/// stand; at most 200 characters.
package struct RejectSamples: Equatable, Sendable {
    package static let longest = 200

    private struct Sample: Equatable {
        /// The number of the block that has the line.
        var block: UInt64
        var form: String
    }

    private var samples: [RejectReason: Sample] = [:]

    package init() {}

    package var isEmpty: Bool { samples.isEmpty }

    package subscript(reason: RejectReason) -> String? { samples[reason]?.form }

    /// The first line counts.
    mutating func keep(_ line: ByteRun, for reason: RejectReason) {
        if samples[reason] == nil { samples[reason] = Sample(block: 0, form: line.form) }
    }

    /// Of two blocks the earlier one counts, whoever has read it.
    package mutating func add(_ others: RejectSamples, ofBlock block: UInt64) {
        for (reason, sample) in others.samples where samples[reason].map({ block < $0.block }) ?? true {
            samples[reason] = Sample(block: block, form: sample.form)
        }
    }

    /// The same, where the others know their blocks.
    package mutating func add(_ others: RejectSamples) {
        for (reason, sample) in others.samples where samples[reason].map({ sample.block < $0.block }) ?? true {
            samples[reason] = sample
        }
    }
}

extension ByteRun {
    /// What anybody may see of a line.
    fileprivate var form: String {
        var form = ""
        var place = 0
        while place < count, form.utf8.count < RejectSamples.longest {
            var end = place
            while end < count, ByteRun.isOfName(self[end]) { end += 1 }
            let word = dropFirst(place).prefix(end - place)
            if word.isEmpty {
                form += "?"
                place += 1
            } else if word.count <= ByteRun.longestName, FieldNames.isName(word.text) {
                form += word.text
                place = end
            } else {
                for byte in place..<end { form += ByteRun.form(of: self[byte]) }
                place = end
            }
        }
        return String(form.prefix(RejectSamples.longest))
    }

    private static let longestName = 40

    private static func isOfName(_ byte: UInt8) -> Bool {
        isDigit(byte) || lowercased(byte) &- UInt8(ascii: "a") < 26 || byte == minus || byte == UInt8(ascii: "_")
    }

    private static func form(of byte: UInt8) -> String {
        if isDigit(byte) { return "9" }
        return lowercased(byte) &- UInt8(ascii: "a") < 26 ? "a" : "?"
    }
}
