internal import Health

extension Screen {
    /// The judgement in full: its sentence, and every check with what it saw and what it may be.
    func health() {
        guard let health = state.health else { return }
        line()
        paragraph(health.reason, .bold)
        if let weight = health.weight, weight < 1 {
            paragraph("Balancers that ask for a weight are told \(HumanUnits.percent(ratio: weight)) %.")
        }
        line()
        let width = min(34, max(12, size.columns - 44))
        line { line in
            line.space(3)
            line.add("check", .bold, columns: width)
            line.add("now", .bold, columns: 14, side: .right)
            line.add("limit", .bold, columns: 14, side: .right)
        }
        for check in health.checks {
            line { line in
                let (sign, ink) = Screen.sign(check.status)
                line.space(1)
                line.add(sign, ink, columns: 2)
                line.add(check.name, columns: width, cut: .middle)
                line.add(Screen.measure(check.observed, check.unit), ink, columns: 14, side: .right)
                line.add(check.limit.map { Screen.measure($0, check.unit) } ?? "", .faint, columns: 14, side: .right)
            }
            if let output = check.output { paragraph(output, .faint, indent: 5, most: 2) }
        }
    }

    private static func measure(_ value: Double?, _ unit: String) -> String {
        guard let value else { return "–" }
        switch unit {
        case "s", "seconds": return HumanUnits.duration(seconds: value)
        case "bytes": return HumanUnits.bytes(UInt64(max(0, min(value, 1e18))))
        case "ratio": return "\(HumanUnits.percent(ratio: value)) %"
        case "percent": return "\(HumanUnits.percent(ratio: value / 100)) %"
        default: return unit.isEmpty ? HumanUnits.threeDigits(value) : "\(HumanUnits.threeDigits(value)) \(unit)"
        }
    }
}
