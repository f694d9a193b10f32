import Glibc
import Synchronization
import TerminalScreen

/// The terminal while it belongs to the screen: key by key, the other page, no cursor. It is given back whatever happens:
/// at the end, while suspended, and by a crash.
struct RawTerminal: ~Copyable {
    /// The address of what the terminal was like, for handlers that may touch nothing else; 0 while it is its owner's.
    private static let saved = Atomic<UInt>(0)

    // The other page, no cursor, and no line that is too long runs into the next.
    private static let beginning = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l\u{1b}[2J"
    private static let ending: StaticString = "\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"

    private var shown: [String] = []
    private var shownSize = ScreenSize(columns: 1, rows: 1)

    init() {
        enter()
        for fault in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
            signal(fault) { fault in
                RawTerminal.giveBack()
                signal(fault, SIG_DFL)
                raise(fault)
            }
        }
    }

    deinit { RawTerminal.giveBack() }

    /// Takes the terminal, or takes it anew after somebody else had it.
    mutating func enter() {
        if RawTerminal.saved.load(ordering: .relaxed) == 0 {
            let place = UnsafeMutablePointer<termios>.allocate(capacity: 1)
            tcgetattr(STDIN_FILENO, place)
            RawTerminal.saved.store(UInt(bitPattern: place), ordering: .relaxed)
        }
        guard let place = RawTerminal.place(RawTerminal.saved.load(ordering: .relaxed)) else { return }
        var raw = place.pointee
        // Ctrl-C and Ctrl-Z stay what they are: signals.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        write(RawTerminal.beginning)
        shown = []
    }

    mutating func leave() { RawTerminal.giveBack() }

    /// Safe in a signal handler: two system calls.
    private static func giveBack() {
        guard let place = place(saved.exchange(0, ordering: .relaxed)) else { return }
        _ = Glibc.write(STDOUT_FILENO, ending.utf8Start, ending.utf8CodeUnitCount)
        tcsetattr(STDIN_FILENO, TCSADRAIN, place)
    }

    private static func place(_ address: UInt) -> UnsafeMutablePointer<termios>? {
        UnsafeMutablePointer(bitPattern: address)
    }

    var size: ScreenSize {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return ScreenSize(columns: 80, rows: 24)
        }
        return ScreenSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// Writes what differs from what is there.
    mutating func show(_ lines: [String], size: ScreenSize) {
        var text = ""
        if size != shownSize || shown.count != lines.count {
            text += "\u{1b}[2J"
            shown = []
        }
        for (row, line) in lines.enumerated() where row >= shown.count || shown[row] != line {
            // Erased before it is written: after a full line some terminals would erase its last character.
            text += "\u{1b}[\(row + 1);1H\u{1b}[2K\(line)"
        }
        shown = lines
        shownSize = size
        if !text.isEmpty { write(text) }
    }

    private func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written > 0 { rest = rest.dropFirst(written) }
            // Nobody is there any more; the end of standard input says so, too.
            if written < 0, errno != EINTR, errno != EAGAIN { return }
        }
    }
}
