/// One thing that is wrong with the configuration: where, what was found, what was expected.
///
/// Reading again is safe, and gives the same until the configuration is changed.
package struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where a value was written.
    package enum Place: Hashable, Sendable, CustomStringConvertible {
        /// Line and column from 1, the column in characters (Unicode scalars).
        case file(name: String, line: Int, column: Int)
        case environment(name: String)
        /// A flag with its dashes, or the name of an argument.
        case flag(name: String)

        package var description: String {
            switch self {
            case .file(let name, let line, let column): "\(name):\(line):\(column)"
            case .environment(let name): "environment \(name)"
            case .flag(let name): name
            }
        }
    }

    package enum Problem: Hashable, Sendable {
        case wrong(expected: String, found: String)
        /// No setting has this name; `nearest` is one that it resembles.
        case unknown(nearest: String?)
        case repeated(first: Place)
        case missing(expected: String)
    }

    package var place: Place
    /// The setting's key with its groups (`limits.series`, `inputs[0].path`); empty when the error is about the file.
    package var key: String
    package var problem: Problem

    package init(place: Place, key: String = "", problem: Problem) {
        self.place = place
        self.key = key
        self.problem = problem
    }

    package var expected: String? {
        switch problem {
        case .wrong(let expected, _), .missing(let expected): expected
        case .unknown, .repeated: nil
        }
    }

    package var found: String? {
        if case .wrong(_, let found) = problem { found } else { nil }
    }

    package var hint: String? {
        if case .unknown(let nearest?) = problem { "did you mean \"\(nearest)\"?" } else { nil }
    }

    package var description: String {
        let what =
            switch problem {
            case .wrong(let expected, let found): "expected \(expected), found \(found)"
            case .unknown: "unknown setting" + (hint.map { " (\($0))" } ?? "")
            case .repeated(let first): "set twice (first at \(first))"
            case .missing(let expected): "missing, expected \(expected)"
            }
        // A flag that is named after its setting has said it.
        let flag = "--" + String(key.map { $0 == "_" ? "-" : $0 })
        if place == .flag(name: flag) { return "\(place): \(what)" }
        return key.isEmpty ? "\(place): \(what)" : "\(place): \(key): \(what)"
    }
}

/// Everything that is wrong with the configuration, in the order of the file, then the environment, then the flags.
package struct SettingsErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// More errors than this are only counted.
    package static let limit = 100

    package private(set) var errors: [SettingsError] = []
    /// Errors beyond the limit.
    package private(set) var unlistedCount = 0

    package init(_ errors: [SettingsError] = []) {
        for error in errors { append(error) }
    }

    package var isEmpty: Bool { errors.isEmpty }

    /// Nothing but flags is wrong: that is a question of usage, not of the configuration.
    package var areAllFlags: Bool {
        errors.allSatisfy { if case .flag = $0.place { true } else { false } }
    }

    package mutating func append(_ error: SettingsError) {
        if errors.count < Self.limit { errors.append(error) } else { unlistedCount += 1 }
    }

    package mutating func append(contentsOf others: SettingsErrors) {
        for error in others.errors { append(error) }
        unlistedCount += others.unlistedCount
    }

    /// Whether a further error would only be counted.
    var isFull: Bool { errors.count >= Self.limit }

    mutating func sort() {
        func rank(_ place: SettingsError.Place) -> (Int, Int, Int) {
            switch place {
            case .file(_, let line, let column): (0, line, column)
            case .environment: (1, 0, 0)
            case .flag: (2, 0, 0)
            }
        }
        errors = errors.enumerated().sorted {
            let (left, right) = (rank($0.element.place), rank($1.element.place))
            return left == right ? $0.offset < $1.offset : left < right
        }.map(\.element)
    }

    /// One line per error.
    package var description: String {
        let lines = errors.map(\.description)
        return (unlistedCount == 0 ? lines : lines + ["and \(unlistedCount) more errors"]).joined(separator: "\n")
    }
}
