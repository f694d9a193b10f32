import Serving
import Synchronization
import TerminalScreen

/// Asks the agent what the screen wants to know.
struct Lookout: Sendable {
    typealias Outcome = Result<ScreenLook, Trouble>

    /// Why there is nothing new.
    struct Trouble: Error {
        var reason: String
        /// The same for who knows which agent is meant.
        var brief: String

        init(_ reason: String, brief: String? = nil) {
            self.reason = reason
            self.brief = brief ?? reason
        }

        init(_ error: ProbeError) {
            switch error {
            case .cannotReach(_, let reason): self.init("\(error)", brief: reason)
            case .timedOut: self.init("\(error)", brief: "no answer in time")
            case .endedEarly: self.init("\(error)", brief: "the connection ended before the answer did")
            default: self.init("\(error)")
            }
        }
    }

    let agent: ProbeURL
    let credentials: ProbeCredentials

    private static let timeout = Duration.seconds(5)
    /// A window of every series that there can be has less, in bytes.
    private static let longestAnswer = 16 << 20

    func look(_ question: ScreenQuestion) async -> Outcome {
        let urls = question.targets.map { target in
            var url = agent
            url.target = target
            return url
        }
        let answers = await ProbeClient.get(
            urls, credentials, timeout: Lookout.timeout, longestBody: Lookout.longestAnswer)
        var bodies: [[UInt8]] = []
        for (answer, target) in zip(answers, question.targets) {
            switch answer {
            case .success(let answer) where answer.status != 200 && question.isAside(target): bodies.append([])
            case .failure where question.isAside(target): bodies.append([])
            case .failure(let error): return .failure(Trouble(error))
            // A judgement may be a 503.
            case .success(let answer) where answer.status == 200 || target == "/health": bodies.append(answer.body)
            case .success(let answer):
                let hint = answer.status == 401 ? "; it asks for --token-file" : "; is that an agent's API?"
                return .failure(
                    Trouble("\(agent.address) answered \(target) with status \(answer.status)\(hint)"))
            }
        }
        do throws(ScreenLook.Fault) {
            return .success(try ScreenLook(question, bodies))
        } catch {
            return .failure(Trouble("\(agent.address): \(error)"))
        }
    }
}

/// What was seen and is not yet shown.
final class Outlook: Sendable {
    private let outcomes = Mutex<[Lookout.Outcome]>([])

    func post(_ outcome: Lookout.Outcome) {
        outcomes.withLock { $0.append(outcome) }
        WakeUps.ring()
    }

    func take() -> [Lookout.Outcome] {
        outcomes.withLock { outcomes in
            defer { outcomes = [] }
            return outcomes
        }
    }
}
