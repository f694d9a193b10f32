import Comparison
import Health
import RequestLog

/// Numbers of a drawing, short.
func svgNumber(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int64((max(-1e6, min(1e6, value)) * 10).rounded())
    return tenths.isMultiple(of: 10)
        ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
}

/// From BEFORE to AFTER in three steps: what the code, the cache and the traffic did.
struct WaterfallChart {
    private let row: ComparisonRow

    init(_ row: ComparisonRow) { self.row = row }

    private static let (width, height, top, bottom) = (760.0, 220.0, 26.0, 24.0)

    var svg: String {
        let parts = [row.within.estimate, row.cache, row.traffic]
        // The steps are exact: differences add, logarithms multiply.
        var levels = [row.before]
        for part in parts {
            levels.append(
                row.metric.isShare
                    ? levels[levels.count - 1] + part : levels[levels.count - 1] * ComparisonMath.exponential(part))
        }
        let most = max(levels.max() ?? 1, row.after, 1e-12)
        let room = Self.height - Self.top - Self.bottom
        func y(_ level: Double) -> Double { Self.top + room * (1 - max(0, level) / most) }
        let step = Self.width / 5
        var svg =
            "<svg viewBox=\"0 0 \(svgNumber(Self.width)) \(svgNumber(Self.height))\" role=\"img\" aria-label=\"waterfall\">"
        func bar(_ place: Int, from: Double, to: Double, _ kind: String, _ name: String, _ value: String) {
            let x = Double(place) * step + step * 0.16
            let (upper, lower) = (min(y(from), y(to)), max(y(from), y(to)))
            svg +=
                "<rect class=\"\(kind)\" x=\"\(svgNumber(x))\" y=\"\(svgNumber(upper))\" width=\"\(svgNumber(step * 0.68))\" "
            svg += "height=\"\(svgNumber(max(1.5, lower - upper)))\" rx=\"3\"/>"
            let middle = svgNumber(x + step * 0.34)
            svg +=
                "<text class=\"value\" x=\"\(middle)\" y=\"\(svgNumber(upper - 7))\" text-anchor=\"middle\">\(HTML.escaped(value))</text>"
            svg += "<text x=\"\(middle)\" y=\"\(svgNumber(Self.height - 7))\" text-anchor=\"middle\">\(name)</text>"
        }
        bar(0, from: 0, to: row.before, "b", "before", ComparisonNumbers.level(row.before, row.metric))
        for (place, name) in ["code", "cache", "traffic"].enumerated() {
            let isWorse = (parts[place] > 0) == (row.metric.worse != .down)
            let isSmall = parts[place].magnitude < row.margin
            bar(
                place + 1, from: levels[place], to: levels[place + 1], isSmall ? "flat" : isWorse ? "bad" : "good",
                name,
                ComparisonNumbers.effect(parts[place], row.metric))
            let x = (Double(place + 1) - 0.16) * step
            svg +=
                "<path class=\"axis\" d=\"M\(svgNumber(x)) \(svgNumber(y(levels[place])))h\(svgNumber(step * 0.32))\"/>"
        }
        svg +=
            "<path class=\"axis\" d=\"M\(svgNumber(3.84 * step)) \(svgNumber(y(levels[3])))h\(svgNumber(step * 0.32))\"/>"
        bar(4, from: 0, to: row.after, "a", "after", ComparisonNumbers.level(row.after, row.metric))
        svg += "<path class=\"zero\" d=\"M0 \(svgNumber(y(0)))h\(svgNumber(Self.width))\"/>"
        return svg + "</svg>"
    }
}

/// A code effect with its interval, on a scale of margins; worse is right.
struct IntervalChart {
    private let row: ComparisonRow

    init(_ row: ComparisonRow) { self.row = row }

    var svg: String {
        let (width, middle, reach) = (170.0, 85.0, 80.0)
        let sign = row.metric.worse == .down ? -1.0 : 1.0
        // Eight margins to each side; what is beyond ends in an arrow.
        let most = 8 * row.margin
        func x(_ value: Double) -> Double { middle + reach * max(-1, min(1, sign * value / most)) }
        let ends = [x(row.within.ci95.low), x(row.within.ci95.high)].sorted()
        let band = reach / 8
        let kind = row.within.kind == .regressed ? "bad" : row.within.kind == .improved ? "good" : "flat"
        var svg = "<svg class=\"interval\" viewBox=\"0 0 170 18\" role=\"img\" aria-label=\""
        svg += HTML.escaped(ComparisonNumbers.interval(row.within.ci95, row.metric)) + "\"><title>"
        svg += HTML.escaped(
            ComparisonNumbers.interval(row.within.ci95, row.metric) + " " + ComparisonNumbers.unit(row.metric))
        svg +=
            "</title><rect class=\"band\" x=\"\(svgNumber(middle - band))\" y=\"1\" width=\"\(svgNumber(2 * band))\" height=\"16\"/>"
        svg += "<path class=\"zero\" d=\"M\(svgNumber(middle)) 1v16\"/>"
        svg +=
            "<rect class=\"\(kind)\" x=\"\(svgNumber(ends[0]))\" y=\"7.5\" width=\"\(svgNumber(max(1, ends[1] - ends[0])))\" height=\"3\" rx=\"1.5\"/>"
        if ends[0] <= middle - reach { svg += "<path class=\"\(kind)\" d=\"M1 9l6-5v10z\"/>" }
        if ends[1] >= middle + reach { svg += "<path class=\"\(kind)\" d=\"M\(svgNumber(width - 1)) 9l-6-5v10z\"/>" }
        return svg + "<circle class=\"\(kind)\" cx=\"\(svgNumber(x(row.within.estimate)))\" cy=\"9\" r=\"4\"/></svg>"
    }
}

/// The response times of a stratum, before filled and after as a line, on a logarithmic axis.
struct DensityChart {
    private let stratum: ComparisonReport.Stratum

    init(_ stratum: ComparisonReport.Stratum) { self.stratum = stratum }

    private static let (width, height, bottom) = (300.0, 110.0, 18.0)
    /// Buckets that are drawn as one: a bucket of 2 % is mostly noise.
    private static let together = 6

    var svg: String {
        let (before, after) = (Self.grouped(stratum.densities.before), Self.grouped(stratum.densities.after))
        // A thin tail would leave the body no room.
        let shown = Self.body(before, after)
        let most = max((before[shown] + after[shown]).max() ?? 0, 1e-12)
        let room = Self.height - Self.bottom - 4
        func x(_ place: Double) -> Double {
            Self.width * (place - Double(shown.lowerBound)) / Double(max(1, shown.count))
        }
        func line(_ values: [Double]) -> String {
            shown.map { "\(svgNumber(x(Double($0) + 0.5))) \(svgNumber(4 + room * (1 - values[$0] / most)))" }.joined(
                separator: "L")
        }
        var svg =
            "<svg viewBox=\"0 0 \(svgNumber(Self.width)) \(svgNumber(Self.height))\" role=\"img\" aria-label=\"distribution\">"
        let base = svgNumber(4 + room)
        svg +=
            "<path class=\"b-area\" d=\"M\(svgNumber(x(Double(shown.lowerBound) + 0.5))) \(base)L\(line(before))V\(base)z\"/>"
        svg += "<path class=\"b-line\" d=\"M\(line(before))\"/><path class=\"a-line\" d=\"M\(line(after))\"/>"
        svg += "<path class=\"axis\" d=\"M0 \(base)h\(svgNumber(Self.width))\"/>"
        for tick in ticks(shown) {
            svg += "<path class=\"axis\" d=\"M\(svgNumber(x(tick.place))) \(base)v4\"/>"
            svg +=
                "<text x=\"\(svgNumber(x(tick.place)))\" y=\"\(svgNumber(Self.height - 2))\" text-anchor=\"middle\">\(HTML.escaped(tick.text))</text>"
        }
        return svg + "</svg>"
    }

    private static func grouped(_ values: [Double]) -> [Double] {
        stride(from: 0, to: values.count, by: together).map { start in
            values[start..<min(values.count, start + together)].reduce(0, +)
        }
    }

    /// Without the outermost two thousandths on either end.
    private static func body(_ before: [Double], _ after: [Double]) -> Range<Int> {
        var (first, behind) = (0, before.count)
        func isThin(_ place: Int, _ seen: (Double, Double)) -> Bool {
            seen.0 + before[place] < 0.002 && seen.1 + after[place] < 0.002
        }
        var seen = (0.0, 0.0)
        while first < behind - 1, isThin(first, seen) {
            seen = (seen.0 + before[first], seen.1 + after[first])
            first += 1
        }
        seen = (0, 0)
        while behind - 1 > first, isThin(behind - 1, seen) {
            seen = (seen.0 + before[behind - 1], seen.1 + after[behind - 1])
            behind -= 1
        }
        return first..<behind
    }

    /// 1, 2 or 5 of a power of ten, not closer than 50 units of the drawing.
    private func ticks(_ shown: Range<Int>) -> [(place: Double, text: String)] {
        var ticks: [(place: Double, text: String)] = []
        let perGroup = Double(Self.together) * Contrast.bucketWidth
        func place(_ seconds: Double) -> Double {
            ComparisonMath.logarithm(seconds / stratum.densitiesFrom) / perGroup
        }
        var decade = 1e-9
        while decade < 1e6 {
            for factor in [1.0, 2, 5] {
                let position = place(decade * factor)
                guard position >= Double(shown.lowerBound), position <= Double(shown.upperBound) else { continue }
                let gap =
                    ticks.last.map { (position - $0.place) / Double(max(1, shown.count)) * Self.width } ?? .infinity
                if gap >= 50 { ticks.append((position, HumanUnits.duration(seconds: decade * factor))) }
            }
            decade *= 10
        }
        return ticks
    }
}

/// p95, hit ratio and requests of the scope, slice by slice: BEFORE left, AFTER right, on one scale.
struct TimelineChart {
    private let report: ComparisonReport

    init(_ report: ComparisonReport) { self.report = report }

    private static let (width, lane, gap, left) = (760.0, 84.0, 16.0, 4.0)

    private typealias Value = (ComparisonReport.Moment) -> Double?

    var svg: String {
        let lanes: [(name: String, value: Value, shown: (Double) -> String)] = [
            ("p95", \.p95, { HumanUnits.duration(seconds: $0) }),
            ("requests/slice", { Double($0.requests) }, { HumanUnits.count(Int64($0)) }),
            (
                "hit ratio", { $0.lookups > 0 ? Double($0.hits) / Double($0.lookups) : nil },
                { HumanUnits.percent(ratio: $0) + " %" }
            ),
            ("errors/slice", { Double($0.errors) }, { HumanUnits.count(Int64($0)) }),
        ].filter { lane in (report.timeline.before + report.timeline.after).contains { lane.value($0) ?? 0 > 0 } }
        let height = Double(lanes.count) * (Self.lane + Self.gap) + 18
        var svg =
            "<svg viewBox=\"0 0 \(svgNumber(Self.width)) \(svgNumber(height))\" role=\"img\" aria-label=\"timeline\">"
        for (number, lane) in lanes.enumerated() {
            let top = Double(number) * (Self.lane + Self.gap) + 14
            let all = (report.timeline.before + report.timeline.after).compactMap(lane.value).sorted()
            let most = max(all.isEmpty ? 0 : all[Int(Double(all.count - 1) * 0.995)], 1e-12)
            svg +=
                "<text x=\"4\" y=\"\(svgNumber(top - 3))\">\(lane.name) · top \(HTML.escaped(lane.shown(most)))</text>"
            for (side, moments) in [report.timeline.before, report.timeline.after].enumerated() {
                svg += panel(side, moments, lane.value, most, top)
            }
        }
        let bottom = svgNumber(height - 2)
        for (side, windows) in [report.before, report.after].enumerated() {
            let x = svgNumber(side == 0 ? Self.left : Self.width / 2 + Self.gap / 2)
            let name = side == 0 ? "BEFORE" : "AFTER"
            svg += "<text x=\"\(x)\" y=\"\(bottom)\">\(name) \(HTML.escaped(ComparisonNumbers.windows(windows)))</text>"
        }
        return svg + "</svg>"
    }

    private func panel(
        _ side: Int, _ moments: [ComparisonReport.Moment], _ value: Value, _ most: Double, _ top: Double
    ) -> String {
        let start = side == 0 ? Self.left : Self.width / 2 + Self.gap / 2
        let room = Self.width / 2 - Self.gap / 2 - Self.left
        func x(_ place: Double) -> Double { start + room * place / Double(max(1, moments.count)) }
        let base = svgNumber(top + Self.lane)
        var svg = ""
        for (place, moment) in moments.enumerated() where moment.isExcluded {
            svg +=
                "<rect class=\"out\" x=\"\(svgNumber(x(Double(place))))\" y=\"\(svgNumber(top))\" width=\"\(svgNumber(room / Double(moments.count) + 0.2))\" height=\"\(svgNumber(Self.lane))\"/>"
        }
        var path = ""
        var isOpen = false
        // More points than there are dots on a screen are a smear.
        let step = max(1, moments.count / 380)
        for place in stride(from: 0, to: moments.count, by: step) {
            let values = moments[place..<min(moments.count, place + step)].compactMap(value)
            guard !values.isEmpty else {
                isOpen = false
                continue
            }
            let level = min(values.reduce(0, +) / Double(values.count), most) / most
            path +=
                "\(isOpen ? "L" : "M")\(svgNumber(x(Double(place) + Double(step) / 2))) \(svgNumber(top + Self.lane * (1 - level)))"
            isOpen = true
        }
        svg += "<path class=\"\(side == 0 ? "b" : "a")-line\" d=\"\(path)\"/>"
        svg += "<path class=\"axis\" d=\"M\(svgNumber(start)) \(base)h\(svgNumber(room))\"/>"
        guard let first = moments.first?.time else { return svg }
        let width = report.sliceWidth.seconds
        for mark in report.marks {
            let place = (mark.time - first).seconds / width
            guard place >= 0, place <= Double(moments.count) else { continue }
            svg += "<path class=\"mark\" d=\"M\(svgNumber(x(place))) \(svgNumber(top - 8))V\(base)\"/>"
            svg += "<text x=\"\(svgNumber(x(place) + 3))\" y=\"\(svgNumber(top - 2))\">\(mark.kind.rawValue)</text>"
        }
        return svg
    }
}
