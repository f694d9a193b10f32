package import SystemPackage

/// Why an input cannot be read at present; it is tried again.
package struct TailProblem: Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        case missing
        case permission
        case directory
        /// A socket, a FIFO or a device.
        case notRegular
        /// The file of a socket that is listened to was removed or replaced.
        case socketGone
        case failure(Errno)
        /// The limit of open logs is reached.
        case tooMany
        /// A gzip file whose content ends or breaks at this offset of the compressed file.
        case damagedGzip(offset: UInt64)
    }

    package var path: FilePath
    package var kind: Kind

    package init(_ path: FilePath, _ kind: Kind) {
        self.path = path
        self.kind = kind
    }

    package var description: String {
        switch kind {
        case .missing: "\(path): no such file; waiting for it"
        case .permission: "\(path): permission denied; waiting for permission to read it"
        case .directory: "\(path): expected a log file, found a directory"
        case .notRegular: "\(path): expected a regular file, found something else (a socket, FIFO or device)"
        case .socketGone:
            "\(path): the socket's file is gone or another's; who is not connected yet cannot send until the agent is restarted"
        case .failure(let errno): "\(path): \(errno); trying again"
        case .tooMany: "\(path): the limit of open logs is reached; waiting for one to end"
        case .damagedGzip(let offset): "\(path): offset \(offset): damaged gzip content; nothing of it was counted"
        }
    }

    init(_ path: FilePath, _ errno: Errno) {
        let kind: Kind =
            switch errno {
            case .noSuchFileOrDirectory, .notDirectory: .missing
            case .permissionDenied, .notPermitted: .permission
            case .isDirectory: .directory
            case .invalidArgument, .noSuchAddressOrDevice: .notRegular
            default: .failure(errno)
            }
        self.init(path, kind)
    }
}
