/// Why a run over inputs ended early: the kind decides the exit code, the message says what, where and what to do.
package struct RunFailure: Error, Equatable, Sendable {
    package enum Kind: Sendable {
        case missingInput, damagedData, cannotWrite, wrongConfiguration
    }

    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
