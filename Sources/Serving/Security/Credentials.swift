internal import NIOSSL
import Synchronization

/// What the server proves itself by, and asks of others. Values, read by whoever configures it.
package struct Credentials: Equatable, Sendable {
    /// Where TLS is spoken.
    package enum Scope: Sendable { case everywhere, administration }

    package var tls: TLSFiles?
    package var scope = Scope.everywhere
    package var adminTokens: AdminTokens?

    package init(tls: TLSFiles? = nil, scope: Scope = .everywhere, adminTokens: AdminTokens? = nil) {
        self.tls = tls
        self.scope = scope
        self.adminTokens = adminTokens
    }
}

/// The credentials in use: new ones are for connections and requests that come after them.
final class Keyring: Sendable {
    private struct Keys {
        var credentials = Credentials()
        var context: NIOSSLContext?
    }

    private let keys = Mutex(Keys())

    /// After a throw the ones before stay in use.
    func use(_ credentials: Credentials) throws(ServingError) {
        let context = try credentials.tls?.serverContext()
        keys.withLock { $0 = Keys(credentials: credentials, context: context) }
    }

    /// Nil where connections are not encrypted.
    func context(isAdministrative: Bool) -> NIOSSLContext? {
        keys.withLock { isAdministrative || $0.credentials.scope == .everywhere ? $0.context : nil }
    }

    var adminTokens: AdminTokens? { keys.withLock { $0.credentials.adminTokens } }
}
