import Foundation
import Testing

/// A line as an independent reader sees it.
struct ParsedLine {
    var time: String
    var method: String
    var route: String
    var path: String
    var status: Int
    var microseconds: Int
    var cache: String
    var calls: Int
    var dbMicroseconds: Int
    var segment: String
    var bytes: Int
    var version: String

    init(_ line: some DataProtocol) throws {
        let object = try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        let nested = object["request"] as? [String: Any] ?? object
        func text(_ key: String, in place: [String: Any]) throws -> String { try #require(place[key] as? String) }
        func number(_ key: String) throws -> NSNumber { try #require(object[key] as? NSNumber) }
        time = try text("ts", in: object)
        method = try text("method", in: nested)
        route = try text("route", in: object)
        path = try text("path", in: nested)
        status = try number("status").intValue
        microseconds = Int((try number("duration_ms").doubleValue * 1_000).rounded())
        calls = try number("db_calls").intValue
        dbMicroseconds = Int((try number("db_time_ms").doubleValue * 1_000).rounded())
        bytes = try number("bytes").intValue
        version = try text("version", in: object)
        let word = try text("cache", in: object).lowercased()
        cache = word == "-" ? "none" : word
        segment = object["user_id"] is NSNull ? "anonymous" : "authenticated"
    }

    static func parse(_ bytes: [UInt8]) throws -> [ParsedLine] {
        try bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast().map { try ParsedLine($0) }
    }
}
