internal import Exposition

extension Response {
    /// Of the levels that zlib has, the one at which a page costs the least time until it is at its scraper; see the
    /// figures in the reference.
    private static let gzipLevel: Int32 = 1

    /// `/metrics` in the form that the client prefers. Takes some milliseconds for thousands of series, more with gzip.
    static func metrics(_ page: MetricsPage, for preferences: Preferences, _ renderer: inout MetricsRenderer)
        -> Response
    {
        var response = Response(.ok, contentType(preferences.format), renderer.render(page, as: preferences.format))
        response.fields = .varies
        if preferences.wantsGzip {
            response.body = Gzip.compressed(response.body, level: gzipLevel)
            response.fields.insert(.isGzip)
        }
        return response
    }

    private static func contentType(_ format: MetricsFormat) -> ContentType {
        switch format {
        case .text: .prometheus
        case .openMetrics: .openMetrics
        case .protobuf: .protobuf
        }
    }
}
