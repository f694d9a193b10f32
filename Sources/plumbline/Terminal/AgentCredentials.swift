import ArgumentParser
import Files
import Serving
import Store
import SystemPackage

/// Whom a command trusts that asks a running agent, and what it proves itself by.
struct AgentCredentials: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who signs agents that are asked by https (default: whom the system trusts).", valueName: "pem"))
    var ca: String?

    @Option(help: ArgumentHelp("This client's certificate, for agents that ask for one.", valueName: "pem"))
    var cert: String?

    @Option(help: ArgumentHelp("The key of --cert (default: in the same file).", valueName: "pem"))
    var key: String?

    @Option(help: ArgumentHelp("The token of the administrative side, the first line of this file.", valueName: "file"))
    var tokenFile: String?

    func read() throws(Failure) -> ProbeCredentials {
        ProbeCredentials(authority: ca, certificate: cert, key: key, token: try token())
    }

    private func token() throws(Failure) -> String? {
        guard let tokenFile else { return nil }
        let text = try? RealFileSystem().text(of: FilePath(tokenFile))
        let lines = text?.split(whereSeparator: \.isNewline).map(String.init)
        // The agent's own file will do.
        let token = lines?.first { !$0.hasPrefix("#") && !$0.allSatisfy(\.isWhitespace) }
        guard let token else {
            throw Failure(
                .missingInput, "cannot read a token in \(tokenFile); expected one line of text (safe to try again)")
        }
        return token
    }
}
