/// What the variables of nginx mean, and those of other writers by their names: `$request_time`, `$sent_http_x_cache`.
enum TextNames {
    static func meaning(ofVariable name: String) -> FieldMeaning? {
        if let meaning = variables[name] { return meaning }
        if ignored.contains(name) { return nil }
        for prefix in ["upstream_http_", "sent_http_", "upstream_trailer_", "sent_trailer_"]
        where name.hasPrefix(prefix) {
            return ofHeader(String(name.dropFirst(prefix.count)))
        }
        if name.hasPrefix("http_") || name.hasPrefix("arg_") || name.hasPrefix("cookie_") { return nil }
        return FieldNames.meaning(ofPath: FieldNames.normalized(name))
    }

    /// `GET /path HTTP/1.1`
    static let blanksOfRequest = 2

    static func blanks(ofVariable name: String) -> Int {
        switch name {
        case "time_local": 1
        case "request": blanksOfRequest
        default: 0
        }
    }

    /// varnishncsa's `%{Varnish:handling}x` and its like.
    static func ofVarnish(_ name: String) -> FieldMeaning? {
        switch name {
        case "Varnish:handling": FieldMeaning(field: .cache, rank: 0)
        case "Varnish:time_firstbyte": FieldMeaning(field: .upstreamTime, rank: 2, unit: .seconds)
        default: nil
        }
    }

    /// A header of the answer.
    static func ofHeader(_ name: String) -> FieldMeaning? {
        let name = FieldNames.normalized(name)
        let meaning = FieldNames.meaning(ofPath: name) ?? FieldNames.meaning(ofPath: String(name.drop { $0 == "x" }))
        // A header `Status` or `Date` speaks of something else.
        guard let meaning, [.cache, .dbCalls, .dbTime, .version, .route].contains(meaning.field) else { return nil }
        return meaning
    }

    /// Where the names of generic logs would be wrong or say nothing.
    private static let variables: [String: FieldMeaning] = [
        "time_iso8601": FieldMeaning(field: .time, rank: 1), "msec": FieldMeaning(field: .time, rank: 0),
        "time_local": FieldMeaning(field: .time, rank: 2),
        "request": FieldMeaning(field: .requestLine, rank: 0), "uri": FieldMeaning(field: .path, rank: 2),
        "request_uri": FieldMeaning(field: .path, rank: 0), "document_uri": FieldMeaning(field: .path, rank: 4),
        "status": FieldMeaning(field: .status, rank: 0),
        "request_time": FieldMeaning(field: .duration, rank: 0, unit: .seconds),
        "upstream_response_time": FieldMeaning(field: .upstreamTime, rank: 0, unit: .seconds),
        "bytes_sent": FieldMeaning(field: .bytes, rank: 0), "body_bytes_sent": FieldMeaning(field: .bytes, rank: 1),
        "remote_user": FieldMeaning(field: .identity, rank: 0),
    ]

    /// nginx's own variables whose names mean something else elsewhere.
    private static let ignored: Set<String> = [
        "content_length", "uid_got", "uid_set", "uid_reset", "request_length", "upstream_status",
    ]
}
