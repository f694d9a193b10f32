import Foundation
import SystemPackage
import Testing

/// A log whose line n says that the response had n bytes, so that count and sum of bytes per route show whether every
/// line was counted once.
actor NumberedLog {
    static let linesPerRoute = 500

    private let place: Workplace
    private let name: String
    private var file: FileDescriptor
    /// How many lines were written to their end.
    private(set) var count = 0
    private var random: SystemRandomNumberGenerator = .init()

    init(_ place: Workplace, _ name: String = "app.log") throws {
        self.place = place
        self.name = name
        file = try NumberedLog.open(place.file(name))
    }

    private static func open(_ path: FilePath) throws -> FileDescriptor {
        try FileDescriptor.open(path, .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
    }

    /// Appends lines; with `torn` every block of lines is written in two parts, cut anywhere.
    func append(_ lines: Int, torn: Bool = false) throws {
        var bytes: [UInt8] = []
        for _ in 0..<lines {
            count += 1
            bytes += NumberedLog.line(count).utf8
        }
        let cut = torn ? Int.random(in: 0...bytes.count, using: &random) : bytes.count
        try file.writeAll(bytes[..<cut])
        try file.writeAll(bytes[cut...])
    }

    /// As logrotate does it: the file gets another name, the writer opens a new one.
    func rotate(to other: String) throws {
        try place.rename(name, to: other)
        try file.close()
        file = try NumberedLog.open(place.file(name))
    }

    func truncate() throws { try file.resize(to: 0) }

    static func line(_ number: Int) -> String {
        let now = Date().timeIntervalSince1970
        return """
            {"ts":\(String(format: "%.6f", now)),"method":"GET","route":"/batch/\(number / linesPerRoute)",\
            "status":200,"duration_ms":\(number % 90 + 1),"db_calls":\(number % 64),"user_id":null,"bytes":\(number)}\n
            """
    }

    /// Whether `summary` has the lines 1…count, each once.
    static func expect(_ summary: Summary, has count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        let all = 1...count
        #expect(summary.total.requests == count, sourceLocation: sourceLocation)
        #expect(summary.total.bytes == all.reduce(0, +), sourceLocation: sourceLocation)
        #expect(summary.total.calls?.sum == all.reduce(0) { $0 + $1 % 64 }, sourceLocation: sourceLocation)
        for (batch, numbers) in Dictionary(grouping: all, by: { $0 / linesPerRoute }) {
            let found = summary.routes.first { $0.route == "/batch/\(batch)" }?.metrics
            #expect(found?.requests == numbers.count, "batch \(batch)", sourceLocation: sourceLocation)
            #expect(found?.bytes == numbers.reduce(0, +), "batch \(batch)", sourceLocation: sourceLocation)
        }
        #expect(summary.ledger.accepted == count, sourceLocation: sourceLocation)
        #expect(summary.ledger.lines == count, sourceLocation: sourceLocation)
    }
}
