internal import NIOSSL

/// What a client trusts, and proves itself by; files are PEM.
package struct ProbeCredentials: Equatable, Sendable {
    /// Who signs agents; nil trusts whom the system trusts.
    package var authority: String?
    /// The client's own certificate and its key, where the agent asks for one.
    package var certificate: String?
    package var key: String?
    package var token: String?

    package init(authority: String? = nil, certificate: String? = nil, key: String? = nil, token: String? = nil) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
        self.token = token
    }

    func clientContext() throws(ServingError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let authority { configuration.trustRoots = .certificates(try TLSFiles.authorities(in: authority)) }
        if let certificate {
            let files = TLSFiles(certificate: certificate, key: key ?? certificate)
            configuration.certificateChain = try TLSFiles.certificates(in: certificate)
            configuration.privateKey = .privateKey(try files.privateKey())
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .cannotUse(
                certificate ?? authority ?? "the system's certificates", as: "the client's certificate",
                reason: "\(error)", expected: "a certificate and the key that belongs to it")
        }
    }
}
