package import RequestLog

/// What somebody wrote down about one change: what is promised, how things were before, what was done when, and what came
/// of it.
package struct ChangeRecord: Equatable, Sendable {
    package static let schema = "plumbline.change.v1"
    /// Older verdicts and events are forgotten first.
    package static let mostVerdicts = 100
    package static let mostEvents = 1_000
    /// Of a title, an owner, a note or a command, in bytes.
    package static let longestText = 4_096

    /// Something that was done, at an instant.
    package struct Event: Equatable, Sendable {
        package enum Kind: String, CaseIterable, Sendable {
            case deploy, purge, rollback
            /// The rollback command was tried where it does no harm.
            case rehearsal
        }

        package var kind: Kind
        package var time: Timestamp
        package var note: String?
        /// Of the rollback command, where Plumbline ran it.
        package var exitCode: Int?

        package init(_ kind: Kind, at time: Timestamp, note: String? = nil, exitCode: Int? = nil) {
            self.kind = kind
            self.time = time
            self.note = note
            self.exitCode = exitCode
        }
    }

    /// A file name, and what the commands call it.
    package var id: String
    package var title: String
    package var owner: String
    package var note: String?
    package var created: Timestamp
    package var expectations: [Expectation]
    /// What the change touches; empty: it may be anything.
    package var routes: [String]
    /// Routes that must stay responsive whatever happens: those that begin so.
    package var adminPrefix: String
    package var rollback: String?
    package var baseline: ChangeBaseline
    /// In the order of time.
    package private(set) var events: [Event] = []
    /// As it was when the change was begun.
    package var firstChecklist: [ChecklistItem] = []
    /// In the order in which they were made.
    package private(set) var verdicts: [ChangeVerdict] = []
    package var closed: Timestamp?

    package static let standardAdminPrefix = "/admin"

    package init(
        id: String, title: String, owner: String, note: String? = nil, created: Timestamp,
        expectations: [Expectation] = [], routes: [String] = [], adminPrefix: String = standardAdminPrefix,
        rollback: String? = nil, baseline: ChangeBaseline
    ) {
        self.id = id
        self.title = title
        self.owner = owner
        self.note = note
        self.created = created
        self.expectations = expectations
        self.routes = routes
        self.adminPrefix = adminPrefix
        self.rollback = rollback
        self.baseline = baseline
    }

    package mutating func add(_ event: Event) {
        let place = events.lastIndex { $0.time <= event.time }.map { $0 + 1 } ?? 0
        events.insert(event, at: place)
        if events.count > ChangeRecord.mostEvents { events.removeFirst() }
    }

    package mutating func add(_ verdict: ChangeVerdict) {
        verdicts.append(verdict)
        if verdicts.count > ChangeRecord.mostVerdicts { verdicts.removeFirst() }
    }

    /// Routes that the change names, those of its promises included.
    package var affectedRoutes: [String] {
        var known: Set<String> = []
        return (routes + expectations.compactMap(\.scope.route)).filter { known.insert($0).inserted }
    }

    package func last(_ kind: Event.Kind) -> Event? { events.last { $0.kind == kind } }

    /// From when on the service is another one: the last deploy or rollback, or else the first purge.
    package var turn: Event? {
        events.last { $0.kind == .deploy || $0.kind == .rollback } ?? events.first { $0.kind == .purge }
    }

    /// For the comparison, which drops the warm-up behind each.
    package var marks: [Mark] {
        events.compactMap { event in
            Mark.Kind(rawValue: event.kind.rawValue).map { Mark($0, at: event.time, change: id) }
        }
    }

    package var changeNote: ChangeNote { ChangeNote(id: id, owner: owner, title: title, rollback: rollback) }
}

// MARK: Where it stands

extension ChangeRecord {
    package enum State: String, CaseIterable, Sendable {
        /// The baseline is stored and nothing was done yet.
        case baseline
        case deployed
        case met
        case notMet = "not_met"
        case regressed
        case inconclusive
        case notComparable = "not_comparable"
        /// Nothing was promised and nothing regressed.
        case unharmed
        case rolledBack = "rolled_back"
        /// After a rollback: the baseline came back, did not, or nobody can say yet.
        case restored
        case notRestored = "not_restored"
        case closed
    }

    package var state: State {
        if closed != nil { return .closed }
        guard let turn else { return .baseline }
        let isRolledBack = turn.kind == .rollback
        guard let verdict = verdicts.last, verdict.after.from >= turn.time else {
            return isRolledBack ? .rolledBack : .deployed
        }
        switch verdict.verdict {
        case .met: return isRolledBack ? .restored : .met
        case .notMet: return isRolledBack ? .notRestored : .notMet
        case .regressed: return isRolledBack ? .notRestored : .regressed
        case .inconclusive: return .inconclusive
        case .notComparable: return .notComparable
        case .noExpectation: return isRolledBack ? .restored : .unharmed
        }
    }

    /// Whether its slices are held and other changes of the same routes disturb it.
    package var isOpen: Bool { closed == nil }
}

// MARK: Two changes at once

extension ChangeRecord {
    /// Whether both were under way at one time and touch the same routes; one that names none may touch any.
    package func overlaps(_ other: ChangeRecord) -> Bool {
        guard id != other.id else { return false }
        guard created < other.end, other.created < end else { return false }
        return sharedRoutes(with: other) != []
    }

    /// Nil: both may touch anything.
    private func sharedRoutes(with other: ChangeRecord) -> [String]? {
        if affectedRoutes.isEmpty, other.affectedRoutes.isEmpty { return nil }
        if affectedRoutes.isEmpty { return other.affectedRoutes }
        if other.affectedRoutes.isEmpty { return affectedRoutes }
        return affectedRoutes.filter(other.affectedRoutes.contains)
    }

    /// Until when it may move the numbers of others: its close, or a verdict that settles it.
    private var end: Timestamp {
        if let closed { return closed }
        switch state {
        case .met, .notMet, .regressed, .unharmed, .restored, .notRestored:
            return verdicts.last?.time ?? Timestamp(nanoseconds: .max)
        default: return Timestamp(nanoseconds: .max)
        }
    }

    /// What a reader must know before he believes the verdict: one sentence for each other change.
    package func warnings(among others: [ChangeRecord]) -> [String] {
        others.filter { overlaps($0) }.map { other in
            let routes = sharedRoutes(with: other).map { $0.joined(separator: ", ") } ?? "any route"
            return "you changed two things: \"\(other.title)\" (\(other.id), \(other.owner)) overlaps on \(routes)"
        }
    }
}

// MARK: Copies

extension ChangeRecord {
    /// Whether both are the story of one change, as far as each knows it.
    package func isSameChange(as other: ChangeRecord) -> Bool {
        (created, title, owner) == (other.created, other.title, other.owner) && baseline == other.baseline
    }

    /// Of two copies, the heavier one knows more.
    package var weight: Int { events.count + verdicts.count + (closed == nil ? 0 : 1) }
}

// MARK: Names

extension ChangeRecord {
    /// `cache the product list` → `cache-the-product-list`; at most 48 characters, never empty.
    package static func slug(_ title: String) -> String {
        var slug = ""
        for byte in title.utf8 {
            switch byte {
            case 0x30...0x39, 0x61...0x7a: slug.unicodeScalars.append(Unicode.Scalar(byte))
            case 0x41...0x5a: slug.unicodeScalars.append(Unicode.Scalar(byte + 0x20))
            default: if let last = slug.utf8.last, last != 0x2d { slug += "-" }
            }
            if slug.utf8.count == 48 { break }
        }
        while slug.hasSuffix("-") { slug.removeLast() }
        return slug.isEmpty ? "change" : slug
    }

    /// What a record may be called: lower case letters, digits and `-`, beginning with a letter or digit.
    package static func isID(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != 0x2d, text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x2d }
    }

    /// The first free name for a title.
    package static func id(for title: String, taken: Set<String>) -> String {
        let slug = slug(title)
        if !taken.contains(slug) { return slug }
        var number = 2
        while taken.contains("\(slug)-\(number)") { number += 1 }
        return "\(slug)-\(number)"
    }
}
