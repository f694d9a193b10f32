import CScan

/// From a path to a template, by rules without memory: `/orders/8213` is `/orders/{id}` whatever came before it.
///
/// A segment becomes `{id}` when it is a number, a UUID, hexadecimal with a digit (8 or more), a date, an e-mail
/// address, or token-like (20 or more letters and digits, both in one word of it: `logstash-monitorama-2013` is a name).
/// The query string and the parameters of a segment (`;v=1`) are dropped.
struct RouteTemplate: ~Copyable {
    private let scratch: UnsafeMutablePointer<UInt8>

    /// A longer template is cut here; paths of attackers are long.
    static let longest = 512

    init() { scratch = .allocate(capacity: RouteTemplate.longest + ByteRun.padding) }

    deinit { scratch.deallocate() }

    /// The result lives in the scratch memory until the next call, or is a part of the target.
    func of(path target: ByteRun) -> ByteRun {
        let path = RouteTemplate.pathOnly(target)
        if (1...RouteTemplate.longest).contains(path.count), !path.mayHoldParameter { return path }
        var length = 0
        var place = 0
        while place < path.count, length < RouteTemplate.longest {
            if path[place] == slash {
                scratch[length] = slash
                length += 1
                place += 1
                continue
            }
            let rest = path.dropFirst(place)
            let whole = rest.prefix(rest.firstPlace(of: slash, or: slash))
            // Parameters of a segment (RFC 3986 §3.3) are a session's more often than a route's.
            let segment = whole.prefix(whole.firstPlace(of: UInt8(ascii: ";"), or: UInt8(ascii: ";")))
            if segment.mayHoldParameter, RouteTemplate.isParameter(segment) {
                // The padding behind the scratch memory takes what a cut will drop.
                scratch[length] = openBrace
                scratch[length + 1] = UInt8(ascii: "i")
                scratch[length + 2] = UInt8(ascii: "d")
                scratch[length + 3] = closeBrace
                length = min(length + 4, RouteTemplate.longest)
            } else {
                let fitting = min(segment.count, RouteTemplate.longest - length)
                (scratch + length).update(from: segment.start, count: fitting)
                length += fitting
            }
            place += whole.count
        }
        if length == 0 {
            scratch[0] = slash
            length = 1
        }
        // A cut must not leave half a character.
        while cscan_is_plain(scratch, length) == 0, !ByteRun(start: scratch, count: length).isUTF8 { length -= 1 }
        return ByteRun(start: scratch, count: length)
    }

    /// Without scheme and authority (`https://host/path`), query and fragment.
    static func pathOnly(_ target: ByteRun) -> ByteRun {
        var path = target
        path = path.prefix(path.firstPlace(of: UInt8(ascii: "?"), or: UInt8(ascii: "#")))
        guard !path.isEmpty, path[0] != slash, case let scheme = path.firstPlace(of: colon, or: colon),
            scheme + 2 < path.count,
            path[scheme + 1] == slash, path[scheme + 2] == slash
        else { return path }
        let authority = path.dropFirst(scheme + 3)
        return authority.dropFirst(authority.firstPlace(of: slash, or: slash))
    }

    static func isParameter(_ segment: ByteRun) -> Bool {
        var digits = 0
        var hexLetters = 0
        var letters = 0
        var dashes = 0
        var hasAt = false
        var hasOther = false
        // Of the word between two dashes; and whether some word has both.
        var (wordHasDigits, wordHasLetters, hasMixedWord) = (false, false, false)
        for place in 0..<segment.count {
            let byte = segment[place]
            if isDigit(byte) {
                digits += 1
                wordHasDigits = true
            } else if hexDigit(byte) != nil {
                hexLetters += 1
                wordHasLetters = true
            } else if lowercased(byte) &- UInt8(ascii: "a") < 26 {
                letters += 1
                wordHasLetters = true
            } else if byte == minus || byte == UInt8(ascii: "_") {
                dashes += 1
                (wordHasDigits, wordHasLetters) = (false, false)
            } else if byte == UInt8(ascii: "@") {
                hasAt = hasAt || (place > 0 && place < segment.count - 1)
            } else if byte == UInt8(ascii: "%") {
                let isAt = place + 3 < segment.count && segment[place + 1] == zero + 4 && segment[place + 2] == zero
                hasAt = hasAt || (place > 0 && isAt)
            } else if byte != point {
                hasOther = true
            }
            hasMixedWord = hasMixedWord || (wordHasDigits && wordHasLetters)
        }
        let count = segment.count
        if hasAt { return true }
        if digits == 0 || hasOther { return false }
        if digits == count { return true }
        if digits + hexLetters == count { return count >= 8 }
        // A UUID: 8-4-4-4-12.
        if count == 36, dashes == 4, digits + hexLetters == 32 { return true }
        // A date: 2026-11-22.
        if count == 10, digits == 8, segment[4] == minus, segment[7] == minus { return true }
        return count >= 20 && hasMixedWord && digits + hexLetters + letters + dashes == count && digits >= 3
    }
}

extension ByteRun {
    /// Without a digit or a mark of an address, no segment is a parameter.
    @inline(__always)
    fileprivate var mayHoldParameter: Bool { cscan_has_segment_stop(start, count) != 0 }
}
