/// One vocabulary for every cache's words.
///
/// Words of nginx, Cloudflare, CloudFront, Fastly, Varnish, Akamai and Squid stand in one table, since none of them
/// means two things. RFC 9211 (`Cache-Status`) and `X-Cache` lists are walked from their last member, the one nearest
/// the user: the first hit met decides, since what stands before it belongs to the earlier, stored response.
enum CacheWords {
    /// Nil for a word that no table knows.
    static func status(of value: ByteRun) -> CacheStatus? {
        let value = value.trimmed()
        if value.isEmpty || (value.count == 1 && value[0] == minus) { return CacheStatus.none }
        if let status = word(value) { return status }
        return list(value)
    }

    /// The value as anybody may see it: a cache key (RFC 9211 §2.7) is a URL with its query.
    static func withoutKey(_ value: ByteRun) -> ByteRun {
        for place in 0..<value.count {
            let isKey = value.dropFirst(place).prefix(4).equals(caseBlind: "key=")
            if isKey || value[place] == UInt8(ascii: "?") { return value.prefix(place) }
        }
        return value
    }

    private static func list(_ value: ByteRun) -> CacheStatus? {
        var nearest: CacheStatus?
        for member in value.split(at: comma).reversed() {
            let member = member.trimmed()
            guard let status = member.firstPlace(of: UInt8(ascii: ";")) == nil ? word(member) : rfc9211(member) else {
                return nil
            }
            // A revalidation asked the next cache on the way, so the walk goes on.
            if status == .hit || status == .stale { return status }
            nearest = nearest ?? status
        }
        return nearest
    }

    /// One member of a `Cache-Status` list: a cache's name and parameters such as `hit`, `ttl=-412`, `fwd=stale`.
    private static func rfc9211(_ member: ByteRun) -> CacheStatus? {
        var isHit = false
        var isExpired = false
        var forward: ByteRun?
        var isNotModified = false
        for parameter in member.split(at: UInt8(ascii: ";")).dropFirst() {
            let parameter = parameter.trimmed()
            if parameter.equals(caseBlind: "hit") { isHit = true }
            guard let equals = parameter.firstPlace(of: UInt8(ascii: "=")) else { continue }
            let (key, value) = (parameter.prefix(equals).trimmed(), parameter.dropFirst(equals + 1).trimmed())
            if key.equals(caseBlind: "ttl") { isExpired = !value.isEmpty && value[0] == minus }
            if key.equals(caseBlind: "fwd") { forward = value }
            if key.equals(caseBlind: "fwd-status") { isNotModified = value.equals(caseBlind: "304") }
        }
        if isHit { return isExpired ? .stale : .hit }
        guard let forward else { return nil }
        for word in ["bypass", "method", "request"] as [StaticString] where forward.equals(caseBlind: word) {
            return .bypass
        }
        if forward.equals(caseBlind: "stale") { return isNotModified ? .revalidated : .expired }
        for word in ["miss", "uri-miss", "vary-miss", "partial"] as [StaticString] where forward.equals(caseBlind: word)
        {
            return .miss
        }
        return nil
    }

    private static func word(_ run: ByteRun) -> CacheStatus? {
        for (text, status) in words where run.equals(caseBlind: text) { return status }
        // Squid says how it ended behind what it was: TCP_MISS_ABORTED.
        for end in ["_aborted", "_timedout"] as [StaticString]
        where run.prefix(4).equals(caseBlind: "tcp_") && run.count > end.utf8CodeUnitCount
            && run.dropFirst(run.count - end.utf8CodeUnitCount).equals(caseBlind: end)
        {
            return word(run.prefix(run.count - end.utf8CodeUnitCount))
        }
        return nil
    }

    private static let words: [(StaticString, CacheStatus)] = [
        ("hit", .hit), ("miss", .miss), ("bypass", .bypass), ("expired", .expired), ("stale", .stale),
        ("updating", .stale), ("revalidated", .revalidated), ("dynamic", .bypass), ("pass", .bypass), ("pipe", .bypass),
        ("hit-stale", .stale), ("hitstale", .stale), ("refreshhit", .revalidated), ("hit-synth", .synthetic),
        ("synth", .synthetic), ("redirect", .synthetic), ("limitexceeded", .synthetic),
        ("capacityexceeded", .synthetic), ("constructed", .synthetic), ("synthetic", .synthetic), ("none", .none),
        ("none/unknown", .synthetic), ("tcp_hit", .hit), ("tcp_mem_hit", .hit), ("tcp_stale_hit", .stale),
        ("tcp_refresh_unmodified", .revalidated),
        ("tcp_refresh_modified", .expired), ("tcp_refresh_miss", .expired), ("tcp_miss", .miss),
        ("tcp_tunnel", .bypass), ("tcp_swapfail_miss", .miss), ("tcp_ims_hit", .hit), ("tcp_inm_hit", .hit),
        ("tcp_negative_hit", .hit),
        ("tcp_refresh_ignored", .stale), ("tcp_offline_hit", .stale), ("tcp_refresh_fail_old", .stale),
        ("tcp_refresh_fail", .stale),
        ("tcp_refresh_fail_err", .expired), ("tcp_client_refresh_miss", .bypass), ("tcp_denied", .synthetic),
        ("tcp_denied_reply", .synthetic), ("tcp_redirect", .synthetic), ("tcp_cf_hit", .hit), ("tcp_cf_miss", .miss),
        ("none_none", .synthetic), ("error", .unknown), ("unknown", .unknown),
    ]
}
