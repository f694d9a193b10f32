import RequestLog

extension Expectation {
    package init(parsing text: String) throws(ExpectationError) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        self.text = words.joined(separator: " ")
        func fail(_ reason: ExpectationError.Reason) -> ExpectationError {
            ExpectationError(text: words.joined(separator: " "), reason: reason)
        }
        guard let first = words.first else { throw fail(.empty) }
        guard let metric = Metric(rawValue: first) else { throw fail(.unknownMetric(first)) }
        self.metric = metric
        var rest = words.dropFirst()
        if let word = rest.last, let basis = Basis(rawValue: word) {
            if metric == .requests { throw fail(.noSuchMeaning(word)) }
            self.basis = basis
            rest = rest.dropLast()
        }
        guard let last = rest.popLast() else { throw fail(.missingTarget) }
        // `< 0.01` may be one word or two.
        var target = last
        if let sign = rest.last, Expectation.isComparison(sign) { target = rest.removeLast() + target }
        do throws(Fault) {
            self.target = try Expectation.target(target, of: metric)
        } catch {
            switch error {
            case .noTarget where rest.allSatisfy(Expectation.isRoute) && Expectation.isRoute(target):
                throw fail(.missingTarget)
            case .noTarget: throw fail(.badTarget(target))
            case .foreignUnit: throw fail(.foreignUnit(target))
            case .notAnImprovement: throw fail(.notAnImprovement(target))
            case .noSuchMeaning: throw fail(.noSuchMeaning(target))
            }
        }
        scope = Scope()
        for word in rest {
            if scope.method == nil, scope.route == nil, let method = Expectation.method(word) {
                scope.method = method
            } else if scope.route == nil, Expectation.isRoute(word) {
                scope.route = word
            } else {
                throw fail(.unexpectedWord(word))
            }
        }
    }

    /// Why a word is no target of a metric.
    private enum Fault: Error { case noTarget, foreignUnit, notAnImprovement, noSuchMeaning }

    private static func isComparison(_ word: String) -> Bool { ["<", "<=", ">", ">="].contains(word) }

    private static func method(_ word: String) -> Method? {
        Method.allCases.first { $0.name == word }
    }

    /// A path, a template, or a name such as `(unmatched)` and `shop.Orders/List`; never what looks like a target.
    private static func isRoute(_ word: String) -> Bool {
        guard let first = word.utf8.first else { return false }
        return !"+-<>0123456789.".utf8.contains(first)
    }

    private static func target(_ word: String, of metric: Metric) throws(Fault) -> Target {
        // A minus sign as typographers write it.
        let word = word.hasPrefix("\u{2212}") ? "-" + word.dropFirst() : word
        if let first = word.first, first == "<" || first == ">" {
            let number = word.drop { "<>=".contains($0) }
            return try limit(String(number), isBelow: first == "<", of: metric)
        }
        guard let sign = word.first, sign == "+" || sign == "-" else { throw .noTarget }
        let down = sign == "-"
        let amount = String(word.dropFirst())
        if amount.hasSuffix("pp") {
            guard let points = number(amount.dropLast(2)), points > 0, points <= 100 else { throw .noTarget }
            guard metric.isShare else { throw .foreignUnit }
            guard down == (metric.worse == .up) else { throw .notAnImprovement }
            return .points((down ? -points : points) / 100)
        }
        guard amount.hasSuffix("%") else { throw .noTarget }
        guard let percent = number(amount.dropLast()), percent > 0 else { throw .noTarget }
        // "+20 %" of a share is read as points by some and as a factor by others.
        guard metric != .hitRatio else { throw .foreignUnit }
        guard down || metric == .requests else { throw .notAnImprovement }
        guard !down || percent < 100 else { throw .noTarget }
        return .ratio(1 + (down ? -percent : percent) / 100)
    }

    private static func limit(_ word: String, isBelow: Bool, of metric: Metric) throws(Fault) -> Target {
        guard metric != .requests else { throw .noSuchMeaning }
        guard isBelow == (metric.worse == .up) else { throw .notAnImprovement }
        var value: Double
        if metric.isDuration {
            let units = [("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("ns", 1e-9), ("s", 1.0)]
            guard let unit = units.first(where: { word.hasSuffix($0.0) }) else {
                throw number(word[...]) == nil ? .noTarget : .foreignUnit
            }
            guard let amount = number(word.dropLast(unit.0.count)), amount > 0 else { throw .noTarget }
            value = amount * unit.1
        } else if metric.isShare {
            let isPercent = word.hasSuffix("%")
            guard let share = number(isPercent ? word.dropLast() : word[...]) else { throw .noTarget }
            value = isPercent ? share / 100 : share
            guard (0...1).contains(value) else { throw .foreignUnit }
        } else {
            guard let amount = number(word[...]), amount > 0 else { throw .noTarget }
            value = amount
        }
        return isBelow ? .below(value) : .above(value)
    }

    private static func number(_ text: Substring) -> Double? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) else { return nil }
        return Double(text)
    }
}
