/// Requests that are not to be counted: health probes, static files. What it names must all fit.
package struct LineFilter: Hashable, Sendable {
    /// Of these paths or routes; none: of any.
    package var routes: [RoutePattern]
    /// Answered with one of these; none: with any.
    package var statuses: [StatusRange]
    /// From programs that call themselves something that begins so, byte for byte; none: from any.
    package var userAgents: [String]

    package init(routes: [RoutePattern] = [], statuses: [StatusRange] = [], userAgents: [String] = []) {
        self.routes = routes
        self.statuses = statuses
        self.userAgents = userAgents
    }
}

/// `404`, `3xx` or `200-299`.
package struct StatusRange: Hashable, Sendable {
    /// As it was written.
    package let text: String
    let codes: ClosedRange<UInt16>

    package init?(_ text: String) {
        self.text = text
        let bytes = Array(text.utf8)
        if bytes.count == 3, bytes[1] | 0x20 == UInt8(ascii: "x"), bytes[1] == bytes[2], isDigit(bytes[0]) {
            let first = UInt16(bytes[0] - zero) * 100
            codes = first...first + 99
        } else {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0, radix: 10) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last,
                text.utf8.first != plus
            else { return nil }
            codes = first...last
        }
        guard codes.lowerBound >= 100, codes.upperBound < 600 else { return nil }
    }
}
