internal import Exposition

/// One element of `Accept`: `text/plain;version=0.0.4;q=0.5`, `text/*`, `*/*`.
struct MediaRange {
    private enum Version { case any, prometheusText, openMetrics, other }

    private(set) var quality = Quality.most
    /// The formats whose media type it names, without a look at the parameters.
    private let types: Types
    private var version = Version.any
    /// Names another message, or another coding of it, than `/metrics` has as protobuf.
    private var isOtherMessage = false
    private var isOtherCharset = false
    /// Parameters that say something about the formats.
    private var parameters = 0

    private enum Types { case all, text, application, plainText, openMetrics, protobuf }

    /// Nil for a range that fits no format or is no range at all, and where the weight is none.
    init?(_ element: UnsafeRawBufferPointer) {
        var pieces = FieldPieces(of: element, separator: ASCII.semicolon)
        guard let name = pieces.next(), let types = MediaRange.types(name) else { return nil }
        self.types = types
        for piece in pieces {
            guard let parameter = FieldParameter(piece) else { continue }
            if ASCII.equal(parameter.name, "q") {
                guard let weight = Quality(parameter.value) else { return nil }
                quality = weight
            } else {
                read(parameter)
            }
        }
    }

    /// How exactly it fits the format, or nil where it does not: 1 for any type, 2 for any of a family, 3 for the type,
    /// and one more for each parameter.
    func exactness(for format: MetricsFormat) -> Int? {
        switch types {
        case .all: return 1
        case .text: return format == .text ? 2 : nil
        case .application: return format == .text ? nil : 2
        case .plainText:
            guard format == .text, version == .any || version == .prometheusText, !isOtherCharset else { return nil }
        case .openMetrics:
            guard format == .openMetrics, version == .any || version == .openMetrics, !isOtherCharset else {
                return nil
            }
        case .protobuf: guard format == .protobuf, !isOtherMessage else { return nil }
        }
        return 3 + parameters
    }

    private static func types(_ name: UnsafeRawBufferPointer) -> Types? {
        if ASCII.equal(name, "*/*") { return .all }
        if ASCII.equal(name, "text/*") { return .text }
        if ASCII.equal(name, "application/*") { return .application }
        if ASCII.equal(name, "text/plain") { return .plainText }
        if ASCII.equal(name, "application/openmetrics-text") { return .openMetrics }
        return ASCII.equal(name, "application/vnd.google.protobuf") ? .protobuf : nil
    }

    /// What says nothing about our formats, as `escaping` for names that we do not have, is passed over.
    private mutating func read(_ parameter: FieldParameter) {
        let value = parameter.value
        if ASCII.equal(parameter.name, "version") {
            let isText = ASCII.equal(value, "0.0.4")
            version = isText ? .prometheusText : ASCII.equal(value, "1.0.0") ? .openMetrics : .other
        } else if ASCII.equal(parameter.name, "charset") {
            isOtherCharset = isOtherCharset || !ASCII.equal(value, "utf-8")
        } else if ASCII.equal(parameter.name, "proto") {
            isOtherMessage = isOtherMessage || !ASCII.equal(value, "io.prometheus.client.metricfamily")
        } else if ASCII.equal(parameter.name, "encoding") {
            isOtherMessage = isOtherMessage || !ASCII.equal(value, "delimited")
        } else {
            return
        }
        parameters += 1
    }
}
