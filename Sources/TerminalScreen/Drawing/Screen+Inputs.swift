internal import Health

extension Screen {
    /// What was read, and what of it could not be used.
    func inputs() {
        guard let ledger = state.ledger else { return }
        line()
        let bytes = HumanUnits.bytes(UInt64(max(0, ledger.bytes)))
        paragraph(
            "\(HumanUnits.count(ledger.lines)) lines (\(bytes)) read, \(HumanUnits.count(ledger.accepted)) accepted")
        rejects(ledger)
        line()
        let wide = size.columns >= 72
        let numbers = wide ? 11 * 4 : 11 * 2
        let width = max(10, size.columns - numbers - 2)
        line { line in
            line.space(1)
            line.add("input", .bold, columns: width)
            for title in wide ? ["bytes", "lines", "unfinished", "lost"] : ["bytes", "lines"] {
                line.add(title, .bold, columns: 11, side: .right)
            }
        }
        for input in ledger.inputs {
            line { line in
                line.space(1)
                let source = input.source.isEmpty || input.source == "main" ? "" : " (\(input.source))"
                line.add(input.path + source, columns: width, cut: .middle)
                line.add(HumanUnits.bytes(UInt64(max(0, input.bytes))), columns: 11, side: .right)
                line.add(HumanUnits.count(input.lines), columns: 11, side: .right)
                guard wide else { return }
                line.add(HumanUnits.count(input.unfinished), columns: 11, side: .right)
                line.add(HumanUnits.count(input.lost), input.lost > 0 ? .red : .plain, columns: 11, side: .right)
            }
        }
    }

    private func rejects(_ ledger: LedgerAnswer) {
        guard ledger.rejectedLines > 0 else { return }
        paragraph("\(HumanUnits.count(UInt64(ledger.rejectedLines), of: "line")) rejected:", .red)
        for reason in ledger.rejected {
            line { line in
                line.space(3)
                line.add(reason.name, columns: 18)
                line.add(HumanUnits.count(reason.lines), columns: 11, side: .right)
                if let sample = reason.sample { line.add("  \(sample)", .faint) }
            }
        }
    }
}
