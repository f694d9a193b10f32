internal import RequestLog
package import RollingWindow

/// `/api/v1/ledger`: what became of every byte, the same object as in the summary.
package enum LedgerJSON {
    package static func render(_ ledger: Ledger) -> [UInt8] {
        var json = JSONWriter()
        json.ledger(ledger)
        return json.finish()
    }
}

extension JSONWriter {
    mutating func ledger(_ ledger: Ledger) {
        let total = ledger.total
        object(.lines) { json in
            json.key("bytes")
            json.value(total.bytes)
            json.counts(total.counts)
            json.samples(ledger.rejects)
            json.key("unfinished")
            json.value(total.unfinished)
            json.key("skipped_at_start")
            json.value(total.skippedAtStart)
            json.key("lost_bytes")
            json.value(total.lostBytes)
            json.lostDatagrams(total)
            json.key("inputs")
            json.array(.lines) { json in
                for input in ledger.inputs { json.input(input) }
            }
        }
    }

    mutating func counts(_ counts: LineCounts) {
        let lines = [
            ("lines", counts.lines), ("accepted", counts.accepted), ("blank", counts.blank),
            ("filtered", counts.filtered), ("continuation", counts.continuation), ("header", counts.header),
        ]
        for (name, count) in lines {
            key(name)
            value(count)
        }
        key("rejected")
        object { json in
            for reason in RejectReason.allCases where counts[reason] > 0 {
                json.key(reason.name)
                json.value(counts[reason])
            }
        }
    }

    private mutating func samples(_ samples: RejectSamples) {
        if samples.isEmpty { return }
        key("rejected_samples")
        object { json in
            for reason in RejectReason.allCases {
                guard let sample = samples[reason] else { continue }
                json.key(reason.name)
                json.value(sample)
            }
        }
    }

    private mutating func input(_ input: Ledger.Input) {
        object { json in
            json.key("path")
            json.value(input.path)
            json.key("source")
            json.value(input.source)
            json.key("copy_of")
            json.value(input.copyOf)
            json.key("bytes")
            json.value(input.ledger.bytes)
            json.key("lines")
            json.value(input.ledger.counts.lines)
            json.key("unfinished")
            json.value(input.ledger.unfinished)
            json.key("skipped_at_start")
            json.value(input.ledger.skippedAtStart)
            json.key("lost_bytes")
            json.value(input.ledger.lostBytes)
            json.lostDatagrams(input.ledger)
        }
    }

    /// Logs have none.
    private mutating func lostDatagrams(_ ledger: InputLedger) {
        guard let lost = ledger.lostDatagrams else { return }
        key("lost_datagrams")
        value(lost)
    }
}
