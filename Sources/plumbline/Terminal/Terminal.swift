import Exposition
import Glibc

/// What standard output and error are, and the only way to write to them.
enum Terminal {
    static let outputIsTerminal = isatty(STDOUT_FILENO) == 1
    static let errorIsTerminal = isatty(STDERR_FILENO) == 1

    /// Colours only on a terminal that wants them (no-color.org).
    static var style: TextStyle {
        let refusesColor = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? false
        return TextStyle(color: outputIsTerminal && !refusesColor && !isDumb, width: width)
    }

    /// The terminal shows nothing but ASCII, as its locale says.
    static var isASCII: Bool {
        guard outputIsTerminal else { return false }
        let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { (name: String) in
            getenv(name).map { String(cString: $0) }
        }
        guard let name = names.first(where: { !$0.isEmpty })?.lowercased() else { return true }
        return !name.contains("utf-8") && !name.contains("utf8")
    }

    /// Columns of the terminal, or a page's worth.
    private static var width: Int {
        var size = winsize()
        guard outputIsTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 120 }
        return Int(size.ws_col)
    }

    static func write(_ text: String) throws(Failure) { try write(Array(text.utf8)) }

    /// A reader that has gone away (`| head`) ends the command quietly.
    static func write(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EPIPE {
                Glibc.exit(0)
            } else if errno != EINTR {
                throw Failure(.cannotWrite, "cannot write to standard output: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// A message of one or more lines; a path in it cannot move the cursor.
    static func complain(_ message: String) {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map {
            escapedForDisplay(String($0))
        }
        writeError("plumbline: \(lines.joined(separator: "\n"))\n")
    }

    static func writeError(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
