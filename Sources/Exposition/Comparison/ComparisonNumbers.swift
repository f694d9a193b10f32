import Comparison
import Health
import RequestLog

/// How the numbers of a comparison are said: one way for the terminal, markdown and the page.
enum ComparisonNumbers {
    /// A level: `352 ms`, `0.09 %`, `4.15`, `12.5/s`.
    static func level(_ value: Double, _ metric: Metric) -> String {
        if metric.isDuration { return HumanUnits.duration(seconds: value) }
        if metric.isShare { return HumanUnits.percent(ratio: value) + " %" }
        return HumanUnits.threeDigits(value) + (metric == .requests ? "/s" : "")
    }

    /// An effect: `-22.5 %` of what it was, or `+24.8 pp` of a share.
    static func effect(_ value: Double, _ metric: Metric) -> String { bare(value, metric) + " " + unit(metric) }

    static func unit(_ metric: Metric) -> String { metric.isShare ? "pp" : "%" }

    /// Without its unit: `-22.5`.
    static func bare(_ value: Double, _ metric: Metric) -> String {
        guard value.isFinite else { return value > 0 ? "inf" : metric.isShare ? "-inf" : "-100" }
        let shown = percent(of: value, metric)
        // Rates of errors are small.
        return signed(shown, places: metric == .errorRatio ? 2 : 1)
    }

    /// In percent, or in points.
    static func percent(of value: Double, _ metric: Metric) -> Double {
        metric.isShare ? value * 100 : (ComparisonMath.exponential(value) - 1) * 100
    }

    static func interval(_ interval: ComparisonRow.Interval, _ metric: Metric) -> String {
        "[\(bare(interval.low, metric)), \(bare(interval.high, metric))]"
    }

    /// With its sign and all its places; of nothing `0.0`.
    static func signed(_ value: Double, places: Int) -> String {
        guard value.magnitude < 1e12 else { return value > 0 ? ">1e12" : "<-1e12" }
        let unit = places == 2 ? 100.0 : 10.0
        let scaled = Int64((value * unit).rounded())
        let fraction = String(scaled.magnitude % UInt64(unit))
        let sign = scaled > 0 ? "+" : scaled < 0 ? "-" : ""
        return sign + "\(scaled.magnitude / UInt64(unit))."
            + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// `40 min`, `3 h`, `5 d`: how long somebody has to wait, rounded up to what people say.
    static func wait(_ seconds: Double) -> String {
        if seconds < 90 { return "\(Int(seconds.rounded(.up))) s" }
        if seconds < 5400 { return "\(Int((seconds / 60).rounded(.up))) min" }
        if seconds < 172_800 { return "\(Int((seconds / 3600).rounded(.up))) h" }
        return "\(Int((seconds / 86_400).rounded(.up))) days"
    }

    /// `Tue 30 Apr 10:40`, in UTC; seconds where there are some.
    static func instant(_ time: Timestamp) -> String {
        let text = time.description
        let days = time.floored(to: .seconds(86_400)).nanoseconds / 86_400_000_000_000
        let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(((days + 4) % 7 + 7) % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: "T")
        let date = parts[0].split(separator: "-").compactMap { Int($0) }
        guard date.count == 3, months.indices.contains(date[1] - 1) else { return text }
        return "\(weekday) \(date[2]) \(months[date[1] - 1]) \(clock(time))"
    }

    static func clock(_ time: Timestamp) -> String {
        let clock = String(time.description.split(separator: "T")[1].prefix(8))
        return clock.hasSuffix(":00") ? String(clock.dropLast(3)) : clock
    }

    /// `Tue 30 Apr 10:40-12:40`.
    static func window(_ window: ComparisonReport.Window) -> String {
        let isOneDay =
            window.from.floored(to: .seconds(86_400)) == (window.to - .seconds(1)).floored(to: .seconds(86_400))
        let isMidnight = window.to.floored(to: .seconds(86_400)) == window.to
        let end = isOneDay ? isMidnight ? "24:00" : clock(window.to) : instant(window.to)
        return "\(instant(window.from))\(isOneDay ? "-" : " - ")\(end)"
    }

    static func windows(_ windows: [ComparisonReport.Window]) -> String {
        guard let last = windows.last else { return "nothing" }
        return windows.count == 1 ? window(last) : "\(windows.count) days, the last \(window(last))"
    }

    static func requests(_ windows: [ComparisonReport.Window]) -> UInt64 { windows.reduce(0) { $0 + $1.requests } }
}
