internal import RequestLog
internal import RollingWindow

/// `/api/v1/inputs`: every log, how far it is read, and what of it was no request.
package enum InputsJSON {
    package static func render(_ inputs: [InputReport]) -> [UInt8] {
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("inputs")
            json.array(.lines) { json in
                for input in inputs { json.object { $0.report(input) } }
            }
        }
        return json.finish()
    }
}

extension JSONWriter {
    fileprivate mutating func report(_ input: InputReport) {
        key("path")
        value(input.path)
        key("source")
        value(input.source)
        key("state")
        value(input.state.rawValue)
        key("problem")
        value(input.problem)
        key("position")
        if let position = input.position { value(position) } else { null() }
        key("lag_bytes")
        value(input.lagBytes)
        key("bytes")
        value(input.ledger.bytes)
        counts(input.ledger.counts)
        key("rejected_samples")
        object { json in
            for reason in RejectReason.allCases {
                guard let sample = input.rejects[reason] else { continue }
                json.key(reason.name)
                json.value(sample)
            }
        }
        key("unfinished")
        value(input.ledger.unfinished)
        key("skipped_at_start")
        value(input.ledger.skippedAtStart)
        key("lost_bytes")
        value(input.ledger.lostBytes)
        key("lost_datagrams")
        if let lost = input.ledger.lostDatagrams { value(lost) } else { null() }
    }
}
