/// The log lines that `plumbline init` prints, for services that write none. Each is a file beside this one.
enum Piece: String, CaseIterable {
    case fastapi, flask, django, nginx, caddy, envoy

    var summary: String {
        switch self {
        case .fastapi: "middleware for FastAPI, Starlette and any other ASGI application"
        case .flask: "middleware for Flask"
        case .django: "middleware for Django, under WSGI and ASGI"
        case .nginx: "a log_format"
        case .caddy: "a log block of the Caddyfile"
        case .envoy: "an access_log of the HTTP connection manager"
        }
    }

    var text: [UInt8] {
        switch self {
        case .fastapi: PackageResources.fastapi_py
        case .flask: PackageResources.flask_py
        case .django: PackageResources.django_py
        case .nginx: PackageResources.nginx_conf
        case .caddy: PackageResources.Caddyfile
        case .envoy: PackageResources.envoy_yaml
        }
    }

    /// A line each.
    static var list: String {
        let width = allCases.map(\.rawValue.count).max() ?? 0
        return allCases.map { piece in
            "  \(piece.rawValue)\(String(repeating: " ", count: width + 2 - piece.rawValue.count))\(piece.summary)"
        }.joined(separator: "\n")
    }
}
