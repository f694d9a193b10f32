internal import NIOCore
internal import NIOSSL

/// The files of TLS, all in PEM.
package struct TLSFiles: Equatable, Sendable {
    /// The server's certificate first, then those up to the authority.
    package var certificate: String
    package var key: String
    /// Who signs clients; nil asks none for a certificate.
    package var clientCA: String?

    package init(certificate: String, key: String, clientCA: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientCA = clientCA
    }

    /// How long an end waits for the client's own.
    private static let shutdown = Duration.seconds(1)

    /// TLS 1.2 or 1.3, with certificates that are read now.
    func serverContext() throws(ServingError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try TLSFiles.certificates(in: certificate), privateKey: .privateKey(try privateKey()))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = TimeAmount(TLSFiles.shutdown)
        if let clientCA {
            configuration.trustRoots = .certificates(try TLSFiles.authorities(in: clientCA))
            // Of a client there is no name to hold against.
            configuration.certificateVerification = .noHostnameVerification
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .cannotUse(
                key, as: "the key of \(certificate)", reason: TLSFiles.reason(error),
                expected: "the key that belongs to it"
            )
        }
    }

    func privateKey() throws(ServingError) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw .cannotUse(
                key, as: "the key of TLS", reason: TLSFiles.reason(error),
                expected: "a private key in PEM, without a password"
            )
        }
    }

    static func certificates(in path: String) throws(ServingError) -> [NIOSSLCertificateSource] {
        try authorities(in: path).map { .certificate($0) }
    }

    static func authorities(in path: String) throws(ServingError) -> [NIOSSLCertificate] {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(path)
            guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
            return certificates
        } catch {
            throw .cannotUse(
                path, as: "a certificate", reason: reason(error),
                expected: "certificates in PEM, the server's own first")
        }
    }

    /// What can be done about it, where the library says which of its functions did not work.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case NIOSSLError.failedToLoadCertificate: "it has no certificate"
        case NIOSSLError.failedToLoadPrivateKey: "it has no key"
        case NIOSSLError.noSuchFilesystemObject: "there is no such file"
        default: "\(error)"
        }
    }
}
