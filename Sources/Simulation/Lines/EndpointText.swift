import RequestLog

/// The bytes of an endpoint that are the same on every line.
struct EndpointText: Sendable {
    let method: [UInt8]
    let route: [UInt8]
    /// With its slashes escaped, as some loggers write them.
    let escapedRoute: [UInt8]
    /// The literal parts of the path: one more than it has parameters.
    let pathParts: [[UInt8]]

    init(_ endpoint: Endpoint) {
        precondition(
            endpoint.template.utf8.count <= 80 && isPlain(endpoint.template),
            "a template is at most 80 characters of plain ASCII")
        method = Array(endpoint.method.name.utf8)
        route = Array(endpoint.template.utf8)
        escapedRoute = route.flatMap { $0 == UInt8(ascii: "/") ? [UInt8(ascii: "\\"), $0] : [$0] }
        var parts: [[UInt8]] = [[]]
        var isParameter = false
        for byte in route {
            switch byte {
            case UInt8(ascii: "{"):
                isParameter = true
                parts.append([])
            case UInt8(ascii: "}"): isParameter = false
            default:
                if !isParameter { parts[parts.count - 1].append(byte) }
            }
        }
        precondition(parts.count <= 3, "a template has at most two parameters")
        pathParts = parts
    }
}

/// Printable ASCII that stands in a JSON string as it is.
func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
}
