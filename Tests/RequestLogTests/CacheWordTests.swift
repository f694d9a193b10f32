import RequestLog
import Testing

@Suite("Cache words")
struct CacheWordTests {
    static let words: [(String, CacheStatus)] = [
        ("HIT", .hit), ("STALE", .stale), ("UPDATING", .stale), ("REVALIDATED", .revalidated), ("EXPIRED", .expired),
        ("MISS", .miss), ("BYPASS", .bypass), ("-", .none), ("", .none), ("  ", .none), ("DYNAMIC", .bypass),
        ("NONE/UNKNOWN", .synthetic), ("unknown", .unknown), ("RefreshHit", .revalidated), ("Redirect", .synthetic),
        ("LimitExceeded", .synthetic), ("CapacityExceeded", .synthetic), ("Error", .unknown), ("HIT-STALE", .stale),
        ("HIT-SYNTH", .synthetic), ("PASS", .bypass), ("pipe", .bypass), ("synth", .synthetic), ("HitStale", .stale),
        ("Constructed", .synthetic), ("TCP_HIT", .hit), ("TCP_MEM_HIT", .hit), ("TCP_STALE_HIT", .stale),
        ("TCP_REFRESH_UNMODIFIED", .revalidated), ("TCP_REFRESH_MODIFIED", .expired), ("TCP_REFRESH_MISS", .expired),
        ("TCP_MISS", .miss), ("TCP_TUNNEL", .bypass), ("TCP_SWAPFAIL_MISS", .miss), (" HIT ", .hit),
        // X-Cache: shield first, edge last.
        ("MISS, HIT", .hit), ("HIT, MISS", .hit), ("MISS,MISS", .miss), ("MISS, PASS", .bypass),
        // RFC 9211, the examples of §2 and §3.
        ("ExampleCache; hit", .hit), ("ExampleCache; hit; ttl=376", .hit), ("ExampleCache; hit; ttl=-412", .stale),
        ("ExampleCache; fwd=stale; fwd-status=304", .revalidated), ("ExampleCache; fwd=stale", .expired),
        ("ExampleCache; fwd=stale; fwd-status=200", .expired), ("ExampleCache; fwd=uri-miss", .miss),
        ("ExampleCache; fwd=vary-miss", .miss), ("ExampleCache; fwd=miss", .miss), ("ExampleCache; fwd=partial", .miss),
        ("ExampleCache; fwd=bypass", .bypass), ("ExampleCache; fwd=method", .bypass),
        ("ExampleCache; fwd=request", .bypass),
        ("ExampleCache; fwd=uri-miss; collapsed", .miss), ("ExampleCache;FWD=uri-miss;stored", .miss),
        (#""CDN, Here"; hit; detail="a, b; fwd=miss""#, .hit), (#"X; fwd=uri-miss; detail="hit, y""#, .miss),
        // Two layers: the cache near the user was hit; what stands before it is the story of the stored response.
        (#"OriginCache; hit; ttl=1100, "CDN Company Here"; hit; ttl=545"#, .hit),
        ("OriginCache; fwd=uri-miss, EdgeCache; hit; ttl=-3", .stale),
        ("OriginCache; hit, EdgeCache; fwd=uri-miss", .hit),
        ("OriginCache; fwd=uri-miss, EdgeCache; fwd=bypass", .bypass),
        ("OriginCache; hit; ttl=5, EdgeCache; fwd=stale; fwd-status=304", .hit),
        ("OriginCache; fwd=miss, EdgeCache; fwd=stale; fwd-status=304", .revalidated),
    ]

    // goaccess #919
    @Test("every cache's word has its place, in letters of either case", arguments: words)
    func known(word: String, status: CacheStatus) {
        for spelling in [word, word.lowercased(), word.uppercased()] {
            let escaped = spelling.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
            let reading = read(line("\"cache\":\"\(escaped)\""))
            #expect(reading.records.first?.cache == status, "\(spelling)")
            #expect(reading.unknownCacheWords == 0, "\(spelling)")
        }
    }

    @Test(
        "every name of the field",
        arguments: [
            "cache", "cache_status", "upstream_cache_status", "x_cache", "x_cache_status", "cache-status",
            "cf_cache_status",
            "cdn_cache_status", "x_edge_result_type", "X-Cache", "CF-Cache-Status",
        ])
    func names(key: String) { #expect(record(line("\"\(key)\":\"Hit\""))?.cache == .hit) }

    @Test(
        "a word that no table knows is unknown and counted, each time",
        arguments: [#""warm""#, #""HIT, warm""#, #""X; fwd=later""#, #""X; ttl=5""#, "true", "{}", "7", #"["HIT"]"#])
    func unknown(value: String) {
        let reading = read([line("\"cache\":\(value)"), line("\"cache\":\(value)")].joined(separator: "\n"))
        #expect(reading.records.map(\.cache) == [.unknown, .unknown] && reading.unknownCacheWords == 2)
    }

    @Test("an absent field is none and not counted")
    func absent() {
        let reading = read([line(""), line(#""cache":null"#)].joined(separator: "\n"))
        #expect(reading.records.map(\.cache) == [.none, .none] && reading.unknownCacheWords == 0)
    }

    @Test("what the words say about the origin and the hit ratio")
    func facts() {
        #expect(
            CacheStatus.allCases.filter { $0.originContacted == true } == [
                .none, .revalidated, .expired, .miss, .bypass,
            ])
        #expect(CacheStatus.allCases.filter { $0.originContacted == false } == [.hit, .stale, .synthetic])
        #expect(CacheStatus.allCases.filter(\.isHit) == [.hit, .stale, .revalidated])
        #expect(CacheStatus.allCases.filter(\.isLookup) == [.hit, .stale, .revalidated, .expired, .miss])
    }
}
