internal import Comparison

/// What the screen wants to know at the next look: paths of the agent's API, and how to read what they answer.
package struct ScreenQuestion: Equatable, Sendable {
    package var windowName: String
    package var openRoute: String?
    package var asides: [Aside]

    package init(windowName: String, openRoute: String? = nil, asides: [Aside] = []) {
        self.windowName = windowName
        self.openRoute = openRoute
        self.asides = asides
    }

    /// What is not asked at every look. An agent that does not answer it is there all the same.
    package enum Aside: String, Sendable {
        case insights = "/api/v1/insights"
        case changes = "/api/v1/changes"
    }

    package func isAside(_ target: String) -> Bool { Aside(rawValue: target) != nil }

    static let cacheParts = ["cache", "segment"]
    static let statusParts = ["method", "status"]

    /// In the order in which `ScreenLook` wants the answers.
    package var targets: [String] {
        let window = "/api/v1/windows/\(windowName)"
        var targets = [window, "/health", "/api/v1/ledger"]
        if let openRoute {
            let route = Self.encoded(openRoute)
            for parts in [Self.cacheParts, Self.statusParts] {
                targets.append("\(window)?route=\(route)&by=\(parts.joined(separator: ","))")
            }
        }
        return targets + asides.map(\.rawValue)
    }

    /// A value of a query (RFC 3986 §2.3).
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8
        var encoded = ""
        for byte in text.utf8 {
            if unreserved.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return encoded
    }
}

/// The agent's answers to one question.
package struct ScreenLook: Equatable, Sendable {
    var question: ScreenQuestion
    var window: WindowAnswer
    var health: HealthAnswer
    var ledger: LedgerAnswer
    var detail: RouteDetail?
    var insights: InsightsAnswer?
    var changes: ChangesAnswer?

    /// What was answered is not what an agent says.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package var target: String
        package var found: String

        package var description: String {
            "\(target) answered \(found); expected what an agent of this version says (safe to try again)"
        }
    }

    /// - Parameter bodies: one for each of the question's targets; an aside that was not answered has an empty one.
    package init(_ question: ScreenQuestion, _ bodies: [[UInt8]]) throws(Fault) {
        self.question = question
        let targets = question.targets
        precondition(bodies.count == targets.count, "an answer for each target")
        window = try Self.read(bodies[0], targets[0]) { WindowAnswer($0) }
        health = try Self.read(bodies[1], targets[1]) { HealthAnswer($0) }
        ledger = try Self.read(bodies[2], targets[2]) { LedgerAnswer($0) }
        for (body, target) in zip(bodies, targets) where !body.isEmpty {
            switch ScreenQuestion.Aside(rawValue: target) {
            case .insights: insights = try Self.read(body, target) { InsightsAnswer($0) }
            case .changes: changes = try Self.read(body, target) { ChangesAnswer($0) }
            case nil: break
            }
        }
        guard let route = question.openRoute else { return }
        detail = RouteDetail(
            route: route,
            byCache: try Self.read(bodies[3], targets[3]) { WindowAnswer($0, by: ScreenQuestion.cacheParts) },
            byStatus: try Self.read(bodies[4], targets[4]) { WindowAnswer($0, by: ScreenQuestion.statusParts) })
    }

    private static func read<Answer>(
        _ body: [UInt8], _ target: String, _ meaning: (JSONTree) -> Answer?
    ) throws(Fault) -> Answer {
        let json: JSONTree
        do throws(JSONError) {
            json = try JSONTree(body)
        } catch {
            throw Fault(target: target, found: "no JSON (byte \(error.offset), where \(error.expected) was expected)")
        }
        guard let answer = meaning(json) else { throw Fault(target: target, found: "other JSON") }
        return answer
    }
}
