package import Files
package import Serving
package import Settings
import Store
import SystemPackage

extension Credentials {
    /// Reads the tokens; certificates are read by whoever uses them.
    package init(_ settings: Settings, _ fileSystem: any FileSystem) throws(ServingError) {
        self.init(
            tls: TLSFiles(settings.tls), scope: settings.tls.serve == .admin ? .administration : .everywhere,
            adminTokens: try settings.adminTokenFile.map { path throws(ServingError) in
                try AdminTokens(path: path, fileSystem)
            })
    }
}

extension AdminTokens {
    fileprivate init(path: String, _ fileSystem: any FileSystem) throws(ServingError) {
        let role = "the tokens of the administrative side"
        let text: String?
        do throws(FileError) {
            text = try fileSystem.text(of: FilePath(path))
        } catch {
            throw .cannotUse(path, as: role, reason: "\(error)", expected: "a readable file")
        }
        guard let text else {
            throw .cannotUse(path, as: role, reason: "there is no such file", expected: "a file with a token a line")
        }
        try self.init(text: text, path: path)
    }
}

extension TLSFiles {
    fileprivate init?(_ settings: Settings.TLS) {
        guard let certificate = settings.certificate, let key = settings.key else { return nil }
        self.init(certificate: certificate, key: key, clientCA: settings.clientCA)
    }
}
