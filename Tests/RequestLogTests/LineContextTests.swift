import RequestLog
import TestSupport
import Testing

/// Logs whose lines need what earlier ones have stated: cut lines, columns, entries of several lines.
@Suite("What the lines of a log have stated")
struct LineContextTests {
    @Test("Docker's and CRI's parts are joined, standard error apart from standard output", arguments: [1, 2, 3, 4, 5])
    func parts(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<60 {
            let isDocker = random.below(2) == 0
            var whole: [(time: String, text: String)] = []
            var queues: [[String]] = [[], []]
            for number in 0..<20 {
                let text = line(#""path":"/r\#(number)","note":"a \"b\" \\ é\#(String(repeating: "x", count: 30))""#)
                let stream = random.below(2)
                queues[stream] += Self.cut(text, isDocker, stream == 0 ? "stdout" : "stderr", &random)
                whole.append(("", text))
            }
            var log: [String] = []
            while let stream = [0, 1].filter({ !queues[$0].isEmpty }).randomElement(using: &random) {
                log.append(queues[stream].removeFirst())
            }
            let reading = Self.read(log, &random)
            #expect(reading.counts.accepted == 20, "seed \(seed): \(log.joined(separator: "\n"))")
            #expect(reading.counts.continuation == UInt64(log.count - 20) && reading.counts.rejected == 0)
            #expect(Set(reading.records.map { reading.names[$0.route] }) == Set((0..<20).map { "/r\($0)" }))
        }
    }

    private static func cut(
        _ text: String, _ isDocker: Bool, _ stream: String, _ random: inout SeededRandom
    ) -> [String] {
        // Between characters, as both do it for what is no longer than their buffers.
        var pieces: [String] = []
        var rest = Substring(text)
        while random.below(3) > 0, rest.count > 1 {
            let piece = rest.prefix(1 + random.below(rest.count - 1))
            pieces.append(String(piece))
            rest = rest.dropFirst(piece.count)
        }
        if isDocker {
            return pieces.map { WrapperTests.docker($0, stream: stream) }
                + [WrapperTests.docker(rest + "\n", stream: stream)]
        }
        return pieces.map { "2026-11-22T10:14:59.5Z \(stream) P \($0)" } + [
            "2026-11-22T10:14:59.5Z \(stream) F \(rest)"
        ]
    }

    /// In blocks that end anywhere, with the context written down and read again between some of them.
    private static func read(
        _ lines: [String], _ random: inout SeededRandom, format: LineFormat = .auto
    ) -> BlockReading {
        read(lines.map { Array($0.utf8) }, &random, format: format)
    }

    private static func read(
        _ lines: [[UInt8]], _ random: inout SeededRandom, format: LineFormat = .auto
    ) -> BlockReading {
        var reading = BlockReading()
        var reader = RecordReader(options: ReaderOptions(format: format, timeZone: .utc))
        var context = LineContext()
        var rest = lines[...]
        while !rest.isEmpty {
            let block = rest.prefix(1 + random.below(rest.count))
            rest = rest.dropFirst(block.count)
            let memory = GuardedBlock(Array(block.joined(separator: [10])) + [10], padding: 0x22)
            context.begin(memory.block, format: format)
            var offset = 0
            var isLeft = true
            while isLeft {
                var batch = RecordBatch()
                isLeft = reader.read(
                    memory.block, from: &offset, context: &context, latest: farFuture, names: &reading.names,
                    counts: &reading.counts, into: &batch)
                reading.records += Array(batch.records)
            }
            if context.isOrdered, random.below(2) == 0 {
                let again = LineContext(encoded: context.encoded)
                #expect(again == context)
                context = again ?? context
            }
        }
        return reading
    }

    @Test("a line whose parts are too long together is too long")
    func tooLong() {
        var random = SeededRandom(seed: 1)
        let part = "2026-11-22T10:14:59.5Z stdout P " + String(repeating: "x", count: 300_000)
        let end = "2026-11-22T10:14:59.5Z stdout F " + line(#""path":"/a""#)
        let reading = Self.read([part, part, part, part, end, end], &random)
        #expect(reading.counts[.tooLong] == 1 && reading.counts.accepted == 1 && reading.counts.continuation == 4)
    }

    @Test("in a log that begins otherwise a part is a line")
    func noParts() {
        var random = SeededRandom(seed: 1)
        let reading = Self.read(
            [line(""), "2026-11-22T10:14:59.5Z stdout P " + line(#""path":"/a""#), line("")], &random)
        #expect(reading.counts.accepted == 3)
    }

    @Test("IIS: columns by the header before them, which may change", arguments: [1, 2, 3])
    func internetInformationServices(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let log = [
            "#Software: Microsoft Internet Information Services 10.0", "#Version: 1.0", "#Date: 2022-11-07 14:00:00",
            "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
                + "cs(Referer) sc-status sc-substatus sc-win32-status time-taken",
            "2022-11-07 14:29:06 127.0.0.1 GET /us - 80 - 127.0.0.1 Go-http-client/1.1 - 404 0 2 130",
            "2022-11-07 14:29:07 127.0.0.1 GET /api/7 a=b 80 ana 127.0.0.1 Go-http-client/1.1 - 200 0 0 18",
            "2022-11-07 14:29:07 127.0.0.1 GET /api/7 a=b 80 ana",
            "#Fields: time date cs-method sc-status sc-substatus cs-uri-stem sc-bytes TimeTakenMS",
            "14:29:08.25 2022-11-07 POST 201 0 /new 77 5",
        ]
        let reading = Self.read(log, &random)
        #expect(reading.counts.header == 5 && reading.counts.accepted == 3 && reading.counts[.malformed] == 1)
        let routes = reading.records.map { reading.names[$0.route] }
        #expect(routes == ["(unmatched)", "/api/{id}", "/new"])
        #expect(reading.records.map(\.durationNanoseconds) == [130_000_000, 18_000_000, 5_000_000])
        #expect(reading.records.map(\.segment) == [.anonymous, .authenticated, .unknown])
        #expect(
            reading.records[2].time == Timestamp(rfc3339: "2022-11-07T14:29:08.25Z") && reading.records[2].bytes == 77)
    }

    static let cloudFront = [
        "#Version: 1.0",
        "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
            + "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header "
            + "cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type "
            + "cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte "
            + "x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end",
        "2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/index.html\t200\t-\t"
            + "Mozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)\t-\t-\tHit\t"
            + "SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\td111111abcdef8.cloudfront.net\thttps\t23\t"
            + "0.001\t-\tTLSv1.2\tECDHE-RSA-AES128-GCM-SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\ttext/html\t78"
            + "\t-\t-",
    ]

    @Test("CloudFront: seconds, the word of the cache, UTC")
    func cloudFront() {
        var random = SeededRandom(seed: 3)
        let left = Self.cloudFront[1 + 1].replacing("\t200\t", with: "\t000\t")
        let reading = Self.read(Self.cloudFront + [left], &random)
        #expect(reading.counts.accepted == 2 && reading.counts.header == 2)
        let record = reading.records[0]
        #expect(record.durationNanoseconds == 1_000_000 && record.cache == .hit && record.bytes == 392)
        #expect("\(record.time)" == "2019-12-04T21:02:31Z" && reading.route() == "/index.html")
        #expect(record.segment == .unknown && reading.records[1].status == 499)
    }

    @Test("names of columns are the same in any case, and tell the writer's units and clock")
    func namesInAnyCase() {
        var random = SeededRandom(seed: 3)
        let reading = Self.read(
            [
                "#Fields: DATE-LOCAL Time-Local CS-Method CS-URI-Stem SC-Status SC-Win32-Status Time-Taken S-Status",
                "2022-11-07 14:29:06 GET /us 200 0 130 500",
                "#Fields: Date TIME X-Edge-Location CS-METHOD cs-Uri-stem Sc-Status SC(X-Cache) TIME-TAKEN",
                "2022-11-07 14:29:06 LAX1 GET /us 200 Hit 0.130",
            ], &random)
        #expect(reading.counts.accepted == 2 && reading.counts.header == 2)
        #expect(reading.records.map(\.durationNanoseconds) == [130_000_000, 130_000_000])
        #expect(reading.records.map(\.status) == [200, 200] && reading.records.last?.cache == .hit)
    }

    @Test("a header's columns are no other header's, for a reader of several logs that asks for a key")
    func columnsOfSeveralLogs() {
        var options = ReaderOptions(format: .auto, timeZone: .utc)
        options.segmentKey = "x-session"
        var reader = RecordReader(options: options)
        let logs = [("x-session cs-username", "s1 -"), ("cs-username x-session", "ana -")]
        for _ in 0..<3 {
            for (place, log) in logs.enumerated() {
                let text = "#Fields: date time \(log.0) sc-status\n2022-11-07 14:29:06 \(log.1) 200\n"
                let block = GuardedBlock(Array(text.utf8), padding: 0x22)
                var context = LineContext()
                context.begin(block.block, format: .auto)
                var (names, counts, offset) = (Names(), LineCounts(), 0)
                var batch = RecordBatch()
                let isLeft = reader.read(
                    block.block, from: &offset, context: &context, latest: farFuture, names: &names, counts: &counts,
                    into: &batch)
                #expect(!isLeft)
                let segments = Array(batch.records).map(\.segment)
                #expect(segments == [place == 0 ? .authenticated : .anonymous])
            }
        }
    }

    @Test("columns can be told where no header is, and a duration has no unit where nobody tells the writer")
    func toldColumns() {
        var random = SeededRandom(seed: 3)
        let fields = W3CColumns(Array("date time cs-method cs-uri sc-status time-taken".utf8))
        #expect(fields.missing == nil && W3CColumns(Array("date time".utf8)).missing == "sc-status")
        let line = #"2022-11-07 14:29:06 GET "/a b?c=""d""" 200 0.5"#
        let reading = Self.read([line], &random, format: .w3c(fields))
        #expect(reading.counts[.badDuration] == 1)
        var options = ReaderOptions(format: .w3c(fields), durationUnit: .seconds)
        options.timeZone = .utc
        var reader = RecordReader(options: options)
        var context = LineContext()
        let memory = GuardedBlock(Array((line + "\n").utf8), padding: 0x22)
        context.begin(memory.block, format: options.format)
        let explanation = reader.explain(line.utf8, context: &context, latest: farFuture)
        #expect(explanation.fact("duration") == "500000000ns" && explanation.fact("route") == "/a b")
        #expect(explanation.origin?.format == "w3c")
    }

    @Test("columns without a header are no requests, and are told so")
    func noHeader() {
        var random = SeededRandom(seed: 3)
        let reading = Self.read(["2022-11-07 14:29:06 GET /a 200 5"], &random)
        #expect(reading.counts[.malformed] == 1)
    }

    @Test("the journal's export: the message is the line, its time is the entry's", arguments: [1, 2, 3])
    func journal(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        func entry(_ number: Int, _ message: String) -> [String] {
            [
                "__CURSOR=s=0639;i=\(number)", "__REALTIME_TIMESTAMP=17953424990\(10000 + number)",
                "_HOSTNAME=web", "MESSAGE=\(message)", "_COMM=uvicorn", "",
            ]
        }
        let log =
            entry(1, #"INFO:     127.0.0.1:60084 - "GET /docs HTTP/1.1" 200 OK"#) + entry(2, "Started server process")
            + entry(3, line(#""path":"/a""#))
        let reading = Self.read(log, &random)
        #expect(reading.counts.accepted == 2 && reading.counts.header == 12 && reading.counts.blank == 3)
        #expect(reading.counts[.malformed] == 1)
        #expect(reading.records.map { "\($0.time)" } == ["2026-11-22T10:14:59.010001Z", "2026-11-22T10:14:59Z"])
    }

    /// As `journalctl -o export` writes them.
    private static func field(_ name: String, _ value: [UInt8], isText: Bool) -> [UInt8] {
        if isText { return Array("\(name)=".utf8) + value + [10] }
        let length = (0..<8).map { UInt8(truncatingIfNeeded: UInt64(value.count) >> (8 * UInt64($0))) }
        return Array("\(name)\n".utf8) + length + value + [10]
    }

    @Test(
        "fields of the journal's export that hold line feeds, colours or bytes are read to their length, wherever it is cut",
        arguments: 1...8)
    func journalBytes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var log: [UInt8] = []
        var wanted: [String] = []
        for number in 0..<60 {
            log += Self.field("__CURSOR", Array("s=0639;i=\(number)".utf8), isText: true)
            log += Self.field("__REALTIME_TIMESTAMP", Array("17953424990\(10000 + number)".utf8), isText: true)
            // Lengths of 10 and of 2,560 to 2,815 hold a line feed themselves.
            let junk = [0, 1, 10, 17, 266, 2_560, 2_815][random.below(7)]
            var bytes = (0..<junk).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if random.oneIn(2) { bytes = bytes.map { _ in 10 } }
            if random.oneIn(2) { log += Self.field("COREDUMP", bytes, isText: false) }
            switch random.below(4) {
            case 0:
                let text =
                    "\u{1b}[32mINFO\u{1b}[0m:     127.0.0.1:60084 - \"\u{1b}[1mGET /r\(number) HTTP/1.1\u{1b}[0m\" 200 OK"
                log += Self.field("MESSAGE", Array(text.utf8), isText: false)
                wanted.append("/r\(number)")
            case 1:
                log += Self.field("MESSAGE", Array("Traceback:\n  File \"a\"\n\nKeyError\n".utf8), isText: false)
            case 2:
                let text = Self.padded(line(#""path":"/r\#(number)","note":"@""#), to: 2_560)
                log += Self.field("MESSAGE", text, isText: random.oneIn(2))
                wanted.append("/r\(number)")
            default: log += Self.field("MESSAGE", bytes, isText: false)
            }
            log += Self.field("_COMM", Array("uvicorn".utf8), isText: true) + [10]
        }
        let lines = log.split(separator: 10, omittingEmptySubsequences: false).dropLast().map(Array.init)
        for _ in 0..<4 {
            let reading = Self.read(lines, &random)
            #expect(reading.records.map { reading.names[$0.route] } == wanted, "seed \(seed)")
            #expect(reading.counts.lines == UInt64(lines.count))
        }
    }

    /// With an @ in it that becomes as many letters as it needs.
    private static func padded(_ text: String, to count: Int) -> [UInt8] {
        let letters = String(repeating: "x", count: count - text.utf8.count + 1)
        return Array(text.split(separator: "@", omittingEmptySubsequences: false).joined(separator: letters).utf8)
    }

    @Test("a length that cannot be one, or a value that does not end where it says, costs one line and no more")
    func journalDamage() {
        var random = SeededRandom(seed: 1)
        let head = Self.field("__CURSOR", Array("a".utf8), isText: true)
        let good =
            Self.field("__REALTIME_TIMESTAMP", Array("1795342499010000".utf8), isText: true)
            + Self.field("MESSAGE", Array(line(#""path":"/a""#).utf8), isText: true)
        for broken in [
            Array("MESSAGE\nno length at all\n".utf8), Array("MESSAGE\n\u{3}\0\0\0\0\0\0\0abcd\n".utf8),
            Array("COREDUMP\n\u{3}\0\0\0\0\0\0\0abcd\n".utf8),
        ] {
            let log = head + broken + good + [10]
            let lines = log.split(separator: 10, omittingEmptySubsequences: false).dropLast().map(Array.init)
            let reading = Self.read(lines, &random)
            #expect(reading.counts.accepted == 1 && reading.counts[.malformed] == 1, "\(reading.counts)")
        }
        let long = Self.field("MESSAGE", [UInt8](repeating: 97, count: (1 << 20) + 1), isText: false)
        let lines = (head + long + good).split(separator: 10, omittingEmptySubsequences: false).dropLast()
        let reading = Self.read(lines.map(Array.init), &random)
        #expect(reading.counts[.tooLong] == 1 && reading.counts.accepted == 1)
    }

    @Test("bytes that are no context are none", arguments: [1, 2, 3])
    func damage(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var context = LineContext()
        let memory = GuardedBlock(Array((Self.cloudFront.joined(separator: "\n") + "\n").utf8), padding: 0x22)
        context.begin(memory.block, format: .auto)
        let bytes = context.encoded
        #expect(!bytes.isEmpty && LineContext().encoded == [] && LineContext(encoded: []) == nil)
        // What a log is, its first line tells once and for all.
        #expect(LineContext(encoded: LineContext.free.encoded) == LineContext.free)
        for _ in 0..<2_000 {
            var damaged = bytes
            damaged[random.below(damaged.count)] = UInt8(truncatingIfNeeded: random.next())
            if random.below(3) == 0 { damaged.removeLast(1 + random.below(damaged.count)) }
            _ = LineContext(encoded: damaged)
        }
    }
}
