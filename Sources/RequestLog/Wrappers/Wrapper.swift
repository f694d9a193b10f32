/// What others put around a line on its way into a log. It is peeled off before anything else, one inside the other.
package enum Wrapper: UInt8, CaseIterable, Sendable {
    /// Docker's json-file driver: `{"log":"…\n","stream":"stdout","time":"…"}`.
    case docker
    /// The container runtime interface of Kubernetes: `2022-01-28T16:04:05.413656027Z stdout F …`.
    case cri
    /// docker compose: `web-1  | …`.
    case compose
    /// `docker logs --timestamps`, also inside docker compose's: `2026-11-22T10:14:59.123456789Z …`.
    case timestamp
    /// RFC 3164 and RFC 5424, and what rsyslog writes into files.
    case syslog
    /// journalctl's export format: `MESSAGE=…` among other fields.
    case journal
    /// ECMA-48 control sequences: colours.
    case colours

    package var name: String {
        switch self {
        case .docker: "Docker's json-file"
        case .cri: "CRI"
        case .compose: "docker compose"
        case .timestamp: "a timestamp"
        case .syslog: "syslog"
        case .journal: "journal export"
        case .colours: "colours"
        }
    }

    /// Wrappers that may stand inside each other.
    static let depthLimit = 4
}

/// The wrappers of one line, from the outside to the inside: plain data, for every line has a list.
struct WrapperList {
    private(set) var count = 0
    private var numbers: InlineArray<4, UInt8> = .init(repeating: 0)

    var isEmpty: Bool { count == 0 }

    var wrappers: [Wrapper] { (0..<count).compactMap { Wrapper(rawValue: numbers[$0]) } }

    /// At most `Wrapper.depthLimit`.
    mutating func append(_ wrapper: Wrapper) {
        numbers[count] = wrapper.rawValue
        count += 1
    }

    mutating func removeAll() { count = 0 }
}

/// A line without one wrapper.
struct Peeled {
    var wrapper: Wrapper
    /// Where the line itself begins; it ends with a line feed.
    var content: UnsafePointer<UInt8>
    /// When the wrapper says that it was written; what the line says itself goes before that.
    var time: ByteRun?
}
