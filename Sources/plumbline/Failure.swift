import Exposition
import Glibc

/// Why a command ends without success: what a person reads, and what a script tests for.
struct Failure: Error {
    enum Code: Int32 {
        /// Unhealthy.
        case negative = 1
        case usage = 64
        case damagedData = 65
        case missingInput = 66
        case unreachableAgent = 69
        case bug = 70
        case cannotWrite = 73
        case wrongConfiguration = 78
    }

    var code: Code
    /// One or more lines; empty where the output has said it already.
    var message: String

    init(_ code: Code, _ message: String = "") {
        self.code = code
        self.message = message
    }

    func exit() -> Never {
        if !message.isEmpty { Terminal.complain(message) }
        Glibc.exit(code.rawValue)
    }
}
