package import Files
package import RequestLog
import SystemPackage

/// Asks the agent that holds a data directory to prune it, and learns what became of that.
///
/// The request is the file `requests/prune`: one line `before RFC3339`, or nothing for "apply the limits now". The agent
/// answers in `requests/prune.done` and removes the request, in this order.
package struct PruneRequest: Equatable, Sendable {
    /// Everything that ended until then; nil for what the limits say.
    package var before: Timestamp?

    package init(before: Timestamp? = nil) { self.before = before }

    package enum State: Equatable, Sendable {
        /// Nothing was asked, or the answer has been taken away.
        case none
        case waiting
        case done(PruneOutcome)
        /// Why the agent did not do it.
        case refused(String)
    }

    /// Asks. An earlier request that waits is replaced, an earlier answer is gone.
    package func write(_ directory: DataDirectory, _ fileSystem: any FileSystem) throws(StoreError) {
        try storing { () throws(FileError) in
            try fileSystem.createDirectory(directory.requests)
            try fileSystem.removeIfThere(directory.pruneAnswer)
            try fileSystem.replace(
                directory.pruneRequest, with: before.map { "before \($0)\n" } ?? "", isDurable: false)
        }
    }

    /// What has become of the request.
    package static func state(_ directory: DataDirectory, _ fileSystem: any FileSystem) throws(StoreError) -> State {
        try storing { () throws(FileError) in
            if try fileSystem.text(of: directory.pruneRequest) != nil { return .waiting }
            guard let answer = try fileSystem.text(of: directory.pruneAnswer) else { return .none }
            let line = answer.split(separator: "\n").first.map(String.init) ?? ""
            return PruneOutcome(line: line).map(State.done) ?? .refused(line)
        }
    }

    /// Takes a request back that nobody has answered.
    package static func withdraw(_ directory: DataDirectory, _ fileSystem: any FileSystem) throws(StoreError) {
        try storing { () throws(FileError) in try fileSystem.removeIfThere(directory.pruneRequest) }
    }

    // MARK: The agent's side

    /// The request that waits; nil when there is none.
    package static func waiting(
        _ directory: DataDirectory, _ fileSystem: any FileSystem
    ) throws(StoreError) -> Result<PruneRequest, NotUnderstood>? {
        guard
            let text = try storing({ () throws(FileError) in try fileSystem.text(of: directory.pruneRequest) })
        else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        if words.isEmpty { return .success(PruneRequest()) }
        guard words.count == 2, words[0] == "before", let before = Timestamp(rfc3339: String(words[1])) else {
            return .failure(NotUnderstood())
        }
        return .success(PruneRequest(before: before))
    }

    package struct NotUnderstood: Error, CustomStringConvertible {
        package var description: String {
            "requests/prune: expected nothing or one line \"before RFC3339\", found something else"
        }
    }

    package static func answer(
        _ result: Result<PruneOutcome, some Error>, _ directory: DataDirectory, _ fileSystem: any FileSystem
    ) throws(StoreError) {
        let line =
            switch result {
            case .success(let outcome): outcome.line
            case .failure(let error): "refused: \(error)".split(separator: "\n").joined(separator: " ")
            }
        try storing { () throws(FileError) in
            try fileSystem.replace(directory.pruneAnswer, with: line + "\n", isDurable: false)
            try fileSystem.removeIfThere(directory.pruneRequest)
        }
    }
}

extension Store {
    /// What somebody asks of the agent that holds this directory.
    package func waitingRequest() throws(StoreError) -> Result<PruneRequest, PruneRequest.NotUnderstood>? {
        try PruneRequest.waiting(directory, fileSystem)
    }

    package func answer(_ result: Result<PruneOutcome, some Error>) throws(StoreError) {
        try PruneRequest.answer(result, directory, fileSystem)
    }
}
