package import RequestLog

/// Which requests a promise or a row speaks of: all, those of a route, of a method, or of both.
package struct Scope: Hashable, Sendable, CustomStringConvertible {
    /// nil: all routes.
    package var route: String?
    /// nil: all methods.
    package var method: Method?

    package init(route: String? = nil, method: Method? = nil) {
        self.route = route
        self.method = method
    }

    package static let all = Scope()

    package func contains(route: String, method: Method) -> Bool {
        (self.route == nil || self.route == route) && (self.method == nil || self.method == method)
    }

    /// `GET /orders`, `/orders`, `GET`, or nothing for all.
    package var description: String { [method?.name, route].compactMap(\.self).joined(separator: " ") }
}
