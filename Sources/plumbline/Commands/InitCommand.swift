import ArgumentParser

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Print log lines, configuration, units to begin with.",
        discussion: """
            One file to paste; how to use it stands at its top.

            \(Piece.list)

            Examples:
              plumbline init fastapi > plumbline_log.py
              plumbline init config > /etc/plumbline.yaml
              plumbline init systemd > /etc/systemd/system/plumbline.service
            """)

    @Argument(help: ArgumentHelp("For what.", valueName: "name"))
    var name: String?

    func run() throws {
        guard let name else { throw Failure(.usage, "init: for what?\n\(Piece.list)") }
        guard let piece = Piece(rawValue: name) else {
            throw Failure(.usage, "init \(name): not known; there is\n\(Piece.list)")
        }
        try Terminal.write(piece.text)
    }
}
