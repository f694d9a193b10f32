/// The files of the live page, as they are in `dashboards/live`, and uPlot, which `make setup` has put in place.
enum LiveFile: String, CaseIterable, Sendable {
    case page = "index.html"
    case style = "style.css"
    case main = "main.js"
    case state = "state.js"
    case source = "source.js"
    case format = "format.js"
    case draw = "draw.js"
    case charts = "charts.js"
    case heat = "heat.js"
    case routes = "routes.js"
    case route = "route.js"
    case changes = "changes.js"
    case inputs = "inputs.js"
    case chartLibrary = "uPlot.js"
    case chartStyle = "uPlot.css"

    /// Not on the event loop: the larger ones take some milliseconds to compress.
    func response(for preferences: Preferences) -> Response {
        var response = Response(.ok, contentType, bytes)
        response.fields = .isPage
        guard self == .chartLibrary else { return response.compressed(for: preferences) }
        // It is embedded compressed.
        response.fields.insert(.varies)
        if preferences.wantsGzip {
            response.fields.insert(.isGzip)
        } else {
            response.body = Gzip.decompressed(response.body)
        }
        return response
    }

    private var contentType: Response.ContentType {
        if rawValue.hasSuffix(".html") { return .html }
        return rawValue.hasSuffix(".css") ? .css : .javaScript
    }

    private var bytes: [UInt8] {
        switch self {
        case .page: PackageResources.index_html
        case .style: PackageResources.style_css
        case .main: PackageResources.main_js
        case .state: PackageResources.state_js
        case .source: PackageResources.source_js
        case .format: PackageResources.format_js
        case .draw: PackageResources.draw_js
        case .charts: PackageResources.charts_js
        case .heat: PackageResources.heat_js
        case .routes: PackageResources.routes_js
        case .route: PackageResources.route_js
        case .changes: PackageResources.changes_js
        case .inputs: PackageResources.inputs_js
        case .chartLibrary: PackageResources.uPlot_js_gz
        case .chartStyle: PackageResources.uPlot_css
        }
    }
}
