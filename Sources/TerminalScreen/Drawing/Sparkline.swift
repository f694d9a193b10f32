/// Numbers as a line of little bars, the newest at the right.
enum Sparkline {
    private static let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// - Parameters:
    ///   - width: characters; earlier points are left out, missing ones are blank.
    ///   - atLeast: what the highest bar stands for, if nothing is higher; so that little is not shown as much.
    static func text(_ trend: Trend, width: Int, atLeast: Double = 0) -> String {
        guard width > 0 else { return "" }
        let points = trend.points.suffix(width)
        let top = max(points.compactMap(\.self).max() ?? 0, atLeast)
        let blank = String(repeating: " ", count: width - points.count)
        return blank
            + String(
                points.map { point -> Character in
                    guard let point else { return " " }
                    guard top > 0, point > 0 else { return bars[0] }
                    return bars[min(Int(point / top * 8), 7)]
                })
    }

    /// A bar of whole characters for one number.
    static func bar(_ value: Double, of top: Double, width: Int) -> String {
        guard top > 0, value > 0, width > 0 else { return "" }
        return String(repeating: "━", count: max(1, min(width, Int((value / top * Double(width)).rounded()))))
    }
}
