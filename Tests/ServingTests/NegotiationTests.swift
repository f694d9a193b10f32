import Exposition
import Serving
import Testing

@Suite("which form of the metrics a client gets")
struct NegotiationTests {
    @Test(
        "the format, by Accept",
        arguments: [
            // Prometheus 2.42, without native histograms and with them.
            (
                """
                application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
                text/plain;version=0.0.4;q=0.5,*/*;q=0.1
                """, MetricsFormat.openMetrics
            ),
            (
                """
                application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,\
                application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,\
                text/plain;version=0.0.4;q=0.5,*/*;q=0.1
                """, .protobuf
            ),
            // Prometheus 3.
            (
                """
                application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                application/openmetrics-text;version=0.0.1;q=0.5,\
                text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2
                """, .openMetrics
            ),
            // Before OpenMetrics was a standard; its version 0.0.1 is none that is here.
            ("application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .text),
            // curl, browsers, probes.
            ("*/*", .text), ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", .text),
            ("text/plain", .text), ("text/*", .text), ("text/plain;charset=UTF-8", .text),
            ("application/openmetrics-text", .openMetrics),
            ("APPLICATION/OpenMetrics-Text;VERSION=1.0.0", .openMetrics),
            ("application/*", .openMetrics), ("application/vnd.google.protobuf", .protobuf),
            ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text", .text),
            ("application/vnd.google.protobuf;proto=other;encoding=delimited", .text),
            // The most exact range decides about a format, wherever it stands.
            ("*/*, text/*;q=0.1, application/*;q=0.2", .openMetrics),
            ("*/*;q=0.9, application/openmetrics-text;q=0.5, text/plain;q=0.4", .protobuf),
            ("text/plain;q=0.9, text/plain;version=0.0.4;q=0.1, application/openmetrics-text;q=0.5", .openMetrics),
            ("application/openmetrics-text;q=0.2, text/plain;q=0.1, application/openmetrics-text;q=0.05", .openMetrics),
            // Equally wanted: named before meant, plain before rich.
            ("application/openmetrics-text, */*", .openMetrics),
            ("application/vnd.google.protobuf, application/openmetrics-text, text/plain", .text),
            // Nothing of what there is.
            ("application/json", .text), ("text/plain;q=0, application/*;q=0", .text), ("*/*;q=0", .text),
            ("text/plain;q=0, */*;q=0.001", .openMetrics),
        ])
    func format(field: String, expected: MetricsFormat) throws {
        #expect(try preferences("Accept: \(field)").format == expected)
    }

    @Test(
        "whether it is compressed, by Accept-Encoding",
        arguments: [
            ("gzip", true), ("GZip", true), ("x-gzip", true), ("gzip, deflate, br", true), ("gzip;q=0.5", true),
            ("gzip;q=1.0, identity;q=0.5, *;q=0", true), ("deflate, gzip;q=0.001", true), ("*", true),
            ("identity;q=0, *", true), ("gzip , identity", true), ("gzip;Q=1", true),
            ("", false), ("identity", false), ("deflate", false), ("gzip;q=0", false), ("gzip;q=0.000", false),
            ("gzip;q=0.5, identity", false), ("gzip;q=0.5, *", false), ("*;q=0", false), ("gzip;q=0, *", false),
            ("gzip/1", false), ("gzipped", false),
        ])
    func coding(field: String, expected: Bool) throws {
        #expect(try preferences("Accept-Encoding: \(field)").wantsGzip == expected)
    }

    @Test("without fields: plain text, not compressed")
    func nothing() throws {
        #expect(try preferences() == Preferences())
        #expect(Preferences().format == .text && !Preferences().wantsGzip)
    }

    @Test("several fields are one list, whatever their order")
    func several() throws {
        let fields = [
            "Accept: text/plain;q=0.5", "Accept: application/openmetrics-text;q=0.7, */*;q=0.1",
            "Accept-Encoding: identity;q=0.5", "Accept-Encoding: gzip;q=0.6",
        ]
        let expected = try preferences(fields: fields)
        #expect(expected.format == .openMetrics && expected.wantsGzip)
        #expect(try preferences(fields: fields.reversed()) == expected)
    }

    @Test(
        "what cannot be read is passed over, the rest of the list is read",
        arguments: [
            "", ",", ",,, ,", ";", ";q=1", "/", "*", "text", "text/", "/plain", "text/plain/x", "text /plain",
            "application/openmetrics-text;q=", "application/openmetrics-text;q=2", "application/openmetrics-text;q=-1",
            "application/openmetrics-text;q=1.001", "application/openmetrics-text;q=0.0001",
            "application/openmetrics-text;q=.5", "application/openmetrics-text;q=1e0",
            "application/openmetrics-text;q=nan", "application/openmetrics-text;q=0,5x",
            "application/openmetrics-text;q=\"", "application/openmetrics-text;q=0.5 0.5",
            "application/openmetrics-text;version=\"1.0.0", "application/openmetrics-text;version=9",
            "application/openmetrics-text;charset=latin1",
            // A quoted comma or semicolon ends nothing, an escaped quote neither.
            "x/y;a=\",application/openmetrics-text;q=1,\"", "x/y;a=\"\\\",application/openmetrics-text,\"",
            "x/y;a=\"\\\\\\\",application/openmetrics-text\"",
            "äpplication/openmetrics-text", "\u{fffd}",
        ])
    func unreadable(element: String) throws {
        #expect(try preferences("Accept: \(element)").format == .text)
        // A string that is not closed takes what follows with it.
        guard element.count(where: { $0 == "\"" }) != 1 else { return }
        #expect(try preferences("Accept: \(element), application/vnd.google.protobuf").format == .protobuf)
        #expect(try preferences("Accept: application/vnd.google.protobuf,\(element)").format == .protobuf)
    }

    @Test("quotes around a value and blanks around everything change nothing")
    func quoted() throws {
        for field in [
            "application/openmetrics-text;version=\"1.0.0\"",
            "application/openmetrics-text ; version=1.0.0 ; q=1 , a/b",
            "application/openmetrics-text;version=1.0.0;charset=\"utf-8\";q=0.5", "\tapplication/openmetrics-text\t",
            "application/openmetrics-text;;x;q=0.2;y=\",\"", "a/b;c=\"\\\"\",application/openmetrics-text",
        ] { #expect(try preferences("Accept: \(field)").format == .openMetrics, "\(field)") }
    }

    @Test(
        "lists as long as a header may be are read once",
        arguments: [",", ";", "\"", "\\", "\"\\", "*/*,", "a/b;q=0.1,"])
    func long(piece: String) throws {
        let room = 15_000
        let list = String(repeating: piece, count: room / piece.utf8.count)
        let duration = try ContinuousClock().measure {
            _ = try preferences("Accept: \(list)")
            _ = try preferences("Accept-Encoding: \(list)")
            #expect(try preferences("Accept: \(list), text/plain").format == .text)
        }
        #expect(duration < .seconds(1))
    }

    private func preferences(_ field: String) throws -> Preferences { try preferences(fields: [field]) }

    private func preferences(fields: [String] = []) throws -> Preferences {
        let head = (["GET /metrics HTTP/1.1", "Host: a"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
        var parser = RequestParser(limits: ServerLimits())
        var consumed = 0
        let step = Array(head.utf8).withUnsafeBytes { parser.parse($0, consumed: &consumed) }
        guard case .request(let request) = step else { throw Refused(step: "\(step)") }
        return request.preferences
    }

    private struct Refused: Error {
        var step: String
    }
}
