package import Exposition

/// What a client would rather have, of the formats and codings that there are (RFC 9110 §12.5).
///
/// An element of a list that cannot be read is passed over, and who takes nothing of what there is gets the plainest: a
/// scraper with an odd field is better served with a page that it may know than with an error that nobody reads.
package struct Preferences: Equatable, Sendable {
    private var text = Preference()
    private var openMetrics = Preference()
    private var protobuf = Preference()
    private var gzip: Quality?
    private var identity: Quality?
    /// Of every coding that is not named.
    private var otherCodings: Quality?

    package init() {}

    /// Of the most wanted formats the one that was named most exactly, of those the plainest.
    package var format: MetricsFormat {
        MetricsFormat.allCases.reduce(.text) { self[$0].isBefore(self[$1]) ? $1 : $0 }
    }

    /// Whether gzip was asked for, and no less than to do without it.
    package var wantsGzip: Bool {
        let gzip = gzip ?? otherCodings ?? .none
        return gzip > .none && gzip >= identity ?? otherCodings ?? .none
    }

    private subscript(format: MetricsFormat) -> Preference {
        get {
            switch format {
            case .text: text
            case .openMetrics: openMetrics
            case .protobuf: protobuf
            }
        }
        set {
            switch format {
            case .text: text = newValue
            case .openMetrics: openMetrics = newValue
            case .protobuf: protobuf = newValue
            }
        }
    }

    /// `Accept`; a request may have several of them, which are one list.
    mutating func readAccept(_ value: UnsafeRawBufferPointer) {
        for element in FieldPieces(of: value, separator: ASCII.comma) {
            guard let range = MediaRange(element) else { continue }
            for format in MetricsFormat.allCases {
                guard let exactness = range.exactness(for: format) else { continue }
                self[format].add(range.quality, exactness: exactness)
            }
        }
    }

    /// `Accept-Encoding`; several of them are one list, too.
    mutating func readAcceptEncoding(_ value: UnsafeRawBufferPointer) {
        for element in FieldPieces(of: value, separator: ASCII.comma) {
            var pieces = FieldPieces(of: element, separator: ASCII.semicolon)
            guard let coding = pieces.next(), let quality = quality(in: pieces) else { continue }
            // RFC 9110 §8.4.1.3: x-gzip is the same.
            if ASCII.equal(coding, "gzip") || ASCII.equal(coding, "x-gzip") {
                gzip = max(gzip ?? quality, quality)
            } else if ASCII.equal(coding, "identity") {
                identity = max(identity ?? quality, quality)
            } else if ASCII.equal(coding, "*") {
                otherCodings = max(otherCodings ?? quality, quality)
            }
        }
    }

    /// Nil where what should be a weight is none.
    private func quality(in parameters: FieldPieces) -> Quality? {
        for piece in parameters {
            if let parameter = FieldParameter(piece), ASCII.equal(parameter.name, "q") {
                return Quality(parameter.value)
            }
        }
        return .most
    }
}

/// What the ranges that fit a format say of it: the most exact one decides (RFC 9110 §12.5.1).
private struct Preference: Equatable {
    /// 0 is a format that no range fits.
    private var exactness = 0
    private var quality = Quality.none

    /// Of two equally exact ones the one that wants it more, so their order does not matter.
    mutating func add(_ quality: Quality, exactness: Int) {
        if exactness > self.exactness {
            self.exactness = exactness
            self.quality = quality
        } else if exactness == self.exactness {
            self.quality = max(self.quality, quality)
        }
    }

    /// Whether the other one is wanted, and more.
    func isBefore(_ other: Preference) -> Bool {
        other.quality > .none && (quality, exactness) < (other.quality, other.exactness)
    }
}
