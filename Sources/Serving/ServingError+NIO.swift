internal import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ServingError {
    /// What NIO could not do, in the words of somebody who has to set it right.
    init(binding address: ListenAddress, _ error: any Error) {
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE: self = .addressInUse(address)
        case let error as IOError where error.errnoCode == EACCES: self = .notPermitted(address)
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL: self = .addressNotAvailable(address)
        case is SocketAddressError.UnknownHost, SocketAddressError.unknown: self = .addressNotAvailable(address)
        default: self = .cannotListen(address, reason: "\(error)")
        }
    }
}
