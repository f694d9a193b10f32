/// Why the server does not serve.
package enum ServingError: Error, Equatable, Sendable, CustomStringConvertible {
    case addressInUse(ListenAddress)
    case notPermitted(ListenAddress)
    /// The host has no address on this machine.
    case addressNotAvailable(ListenAddress)
    case cannotListen(ListenAddress, reason: String)
    case cannotUse(String, as: String, reason: String, expected: String)
    case alreadyStarted

    package var description: String {
        switch self {
        case .addressInUse(let address):
            "cannot listen on \(address): another program has this port; stop it, or choose another address with "
                + "--listen HOST:PORT (nothing was changed, safe to try again)"
        case .notPermitted(let address):
            "cannot listen on \(address): permission denied; ports below 1024 need a privilege, choose a higher one "
                + "with --listen HOST:PORT (nothing was changed, safe to try again)"
        case .addressNotAvailable(let address):
            "cannot listen on \(address): \(address.host) is no address of this machine; expected one such as "
                + "127.0.0.1, or 0.0.0.0 for all of them (nothing was changed, safe to try again)"
        case .cannotListen(let address, let reason):
            "cannot listen on \(address): \(reason) (nothing was changed, safe to try again)"
        case .cannotUse(let path, let role, let reason, let expected):
            "cannot use \(path) as \(role): \(reason); expected \(expected) (nothing was changed, safe to try again)"
        case .alreadyStarted: "the server was started before; one HTTPServer starts once"
        }
    }
}
