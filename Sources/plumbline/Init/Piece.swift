import Settings

/// What `plumbline init` prints: log lines for services that write none, and what stands around the agent. Each is a file
/// beside this one; the configuration is made from the table of settings.
enum Piece: String, CaseIterable {
    case fastapi, flask, django, nginx, caddy, envoy
    case config, systemd, docker, kubernetes, haproxy, prometheus

    var summary: String {
        switch self {
        case .fastapi: "middleware for FastAPI, Starlette and any other ASGI application"
        case .flask: "middleware for Flask"
        case .django: "middleware for Django, under WSGI and ASGI"
        case .nginx: "a log_format"
        case .caddy: "a log block of the Caddyfile"
        case .envoy: "an access_log of the HTTP connection manager"
        case .config: "every setting with its default and what it means"
        case .systemd: "a unit that starts the agent and lets it only read"
        case .docker: "a Dockerfile, and a compose.yaml with the agent beside a service"
        case .kubernetes: "a sidecar with its probes, and its settings"
        case .haproxy: "a backend that asks /health and follows the agent's weight"
        case .prometheus: "what to scrape, and the rules and alerts that look at it"
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
        case .config: Array(SettingsExample.exampleYAML().utf8)
        case .systemd: PackageResources.plumbline_service
        case .docker: PackageResources.compose_yaml
        case .kubernetes: PackageResources.kubernetes_yaml
        case .haproxy: PackageResources.haproxy_cfg
        case .prometheus: PackageResources.prometheus_yml
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
