extension RoutePattern {
    /// Whether it takes the name of a route, as a template names it: `/admin/**` takes `/admin/{id}` and `/admin`.
    ///
    /// For names that are looked at now and then; `RoutePatterns` is for paths, one a line.
    package func matches(name: String) -> Bool {
        guard name.utf8.first == slash else { return false }
        let parts = name.utf8.dropFirst().split(separator: slash, omittingEmptySubsequences: false).map { Array($0) }
        // What a `**` takes grows until the ones behind it fit; only the last one has to.
        var (segment, part) = (0, 0)
        var last: (segment: Int, part: Int)?
        while true {
            if segment < segments.count, segments[segment] == .many {
                segment += 1
                if segment == segments.count { return true }
                last = (segment, part)
                continue
            }
            if part == parts.count, segment == segments.count { return true }
            if part < parts.count, segment < segments.count, segments[segment].matches(parts[part]) {
                segment += 1
                part += 1
                continue
            }
            guard let (first, start) = last, start < parts.count else { return false }
            (segment, part) = (first, start + 1)
            last = (first, part)
        }
    }
}

extension RoutePattern.Segment {
    fileprivate func matches(_ part: [UInt8]) -> Bool {
        switch self {
        case .many: return true
        case .one: return !part.isEmpty
        case .text(let text): return part == text
        case .pieces(let pieces):
            guard let first = pieces.first, let last = pieces.last, first.count + last.count <= part.count,
                part.starts(with: first), part.suffix(last.count).elementsEqual(last), !part.isEmpty
            else { return false }
            var rest = part[first.count..<part.count - last.count]
            for piece in pieces.dropFirst().dropLast() {
                while !rest.starts(with: piece) {
                    guard rest.popFirst() != nil else { return false }
                }
                rest = rest.dropFirst(piece.count)
            }
            return true
        }
    }
}
