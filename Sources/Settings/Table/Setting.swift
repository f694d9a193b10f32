/// One line of the table of settings: all there is to know about one setting of a `Root`.
///
/// The default is the root's initial value at the setting's key path, so it is written once.
package struct Setting<Root: Sendable>: Sendable {
    package typealias Path<Value> = any WritableKeyPath<Root, Value> & Sendable

    /// Where it stands in the file, groups before it: `limits.line_length`.
    package let key: String
    /// What stands for the value in help, with its unit: `SIZE`.
    package let valueName: String
    /// The values allowed, for people: `1KiB to 64MiB`; nil where the value name says it all.
    package let range: String?
    /// What the setting takes, for messages: `a duration such as "1s"`.
    package let expected: String
    /// One sentence.
    package let help: String
    /// What holds when nobody sets it, in words; nil where the root's initial value does.
    package let absence: String?
    /// A value to show; the default where there is one.
    package let example: String
    package let environment: String?
    /// With its dashes: `--listen`.
    package let flag: String?
    package let isRequired: Bool
    /// May be left empty in the file (`null`), which says the same as leaving it out.
    package let isOptional: Bool
    /// The file has a list, whose items are taken one by one.
    package let isList: Bool

    /// Reads the text into the root; a `ValueError` leaves the root as it was.
    package let assign: @Sendable (String, inout Root) throws(ValueError) -> Void
    /// Empties a list; nil of any other setting.
    package let clear: (@Sendable (inout Root) -> Void)?
    /// The root's value as one would write it; nil when it has none.
    package let text: @Sendable (Root) -> String?

    private init(
        _ key: String, valueName: String, range: String? = nil, expected: String, help: String, absence: String? = nil,
        example: String?, flag: String? = nil, environment: String?, isRequired: Bool = false,
        isOptional: Bool = false, isList: Bool = false,
        assign: @escaping @Sendable (String, inout Root) throws(ValueError) -> Void,
        clear: (@Sendable (inout Root) -> Void)? = nil, text: @escaping @Sendable (Root) -> String?
    ) {
        self.key = key
        self.valueName = valueName
        self.range = range
        self.expected = expected
        self.help = help
        self.absence = absence
        self.example = example ?? ""
        self.flag = flag
        self.environment = environment
        self.isRequired = isRequired
        self.isOptional = isOptional
        self.isList = isList
        self.assign = assign
        self.clear = clear
        self.text = text
    }
}

extension Setting {
    /// The same setting of a part of something larger, where it stands in a group.
    func within<Outer: Sendable>(
        _ group: String, _ path: Setting<Outer>.Path<Root>, environment: String?
    ) -> Setting<Outer> {
        let (assign, text) = (assign, text)
        return Setting<Outer>(
            group.isEmpty ? key : "\(group).\(key)", valueName: valueName, range: range, expected: expected, help: help,
            absence: absence, example: example, flag: flag, environment: environment, isRequired: isRequired,
            isOptional: isOptional, isList: isList,
            assign: { (value, outer) throws(ValueError) in
                var root = outer[keyPath: path]
                try assign(value, &root)
                outer[keyPath: path] = root
            },
            text: { text($0[keyPath: path]) })
    }

    /// The help of a flag: the sentence with the default in it, which is that of the root.
    package func helpText(default root: Root) -> String {
        guard let standard = absence ?? text(root) else { return help }
        return "\(help.dropLast()) (default: \(standard))."
    }

    /// A setting of one value.
    package static func value<Value: TextValue>(
        _ key: String, _ path: Path<Value>, in root: Root, absence: String? = nil, example: String? = nil,
        flag: String? = nil, environment: String?, help: String
    ) -> Setting {
        let initial = root[keyPath: path].text
        let expected = Value.expected(example: initial)
        return Setting(
            key, valueName: Value.valueName, expected: expected, help: help, absence: absence,
            example: example ?? initial, flag: flag, environment: environment,
            assign: { (text, root) throws(ValueError) in
                root[keyPath: path] = try parse(text, expected: expected)
            },
            text: { $0[keyPath: path].text })
    }

    /// A setting of one value with bounds.
    package static func value<Value: TextValue & Comparable>(
        _ key: String, _ path: Path<Value>, in root: Root, _ range: ClosedRange<Value>, environment: String?,
        help: String
    ) -> Setting {
        let initial = root[keyPath: path].text
        let bounds = "\(range.lowerBound.text) to \(range.upperBound.text)"
        let expected = Value.expected(example: initial)
        return Setting(
            key, valueName: Value.valueName, range: bounds, expected: expected, help: help, example: initial,
            environment: environment,
            assign: { (text, root) throws(ValueError) in
                let value: Value = try parse(text, expected: expected)
                guard range.contains(value) else {
                    throw ValueError(expected: "\(Value.noun) from \(bounds)", found: quoted(text))
                }
                root[keyPath: path] = value
            },
            text: { $0[keyPath: path].text })
    }

    /// A level of a measure, whose value has bounds.
    package static func level<Value>(
        _ key: String, _ path: Path<Level<Value>>, in root: Root, _ range: ClosedRange<Value>, environment: String?,
        help: String
    ) -> Setting {
        let initial = root[keyPath: path].text
        let bounds = "\(range.lowerBound.text) to \(range.upperBound.text)"
        let example = initial == "none" ? Value.example ?? "" : initial
        let expected = "\(Value.expected(example: example)), a multiple such as \"3x\", or \"none\""
        return Setting(
            key, valueName: Level<Value>.valueName, range: bounds, expected: expected, help: help, example: initial,
            environment: environment,
            assign: { (text, root) throws(ValueError) in
                let level: Level<Value> = try parse(text, expected: expected)
                if case .absolute(let value) = level, !range.contains(value) {
                    throw ValueError(expected: "\(Value.noun) from \(bounds)", found: quoted(text))
                }
                root[keyPath: path] = level
            },
            text: { $0[keyPath: path].text })
    }

    /// A setting that may be absent; `absence` says what that means, `noun` names the value where the type is only
    /// text.
    package static func optional<Value: TextValue>(
        _ key: String, _ path: Path<Value?>, absence: String, example: String, valueName: String? = nil,
        noun: String? = nil, flag: String? = nil, environment: String?, help: String
    ) -> Setting {
        let expected = noun.map { "\($0) such as \"\(example)\"" } ?? Value.expected(example: example)
        return Setting(
            key, valueName: valueName ?? Value.valueName, expected: expected, help: help, absence: absence,
            example: example, flag: flag, environment: environment, isOptional: true,
            assign: { (text, root) throws(ValueError) in
                let value: Value = try parse(text, expected: expected)
                root[keyPath: path] = value
            },
            text: { $0[keyPath: path]?.text })
    }

    /// A text that must pass a check; required when the root's initial value does not.
    package static func text(
        _ key: String, _ path: Path<String>, in root: Root, valueName: String, noun: String, example: String,
        help: String, check: @escaping @Sendable (String) -> Bool
    ) -> Setting {
        let expected = "\(noun) such as \"\(example)\""
        return Setting(
            key, valueName: valueName, expected: expected, help: help, example: example, environment: nil,
            isRequired: !check(root[keyPath: path]),
            assign: { (text, root) throws(ValueError) in
                guard check(text) else { throw ValueError(expected: expected, found: quoted(text)) }
                root[keyPath: path] = text
            },
            text: { check($0[keyPath: path]) ? $0[keyPath: path] : nil })
    }

    /// A setting of several texts, each of which must pass a check; `assign` adds one.
    package static func list(
        _ key: String, _ path: Path<[String]>, absence: String, valueName: String, noun: String, example: [String],
        most: Int, environment: String? = nil, help: String, check: @escaping @Sendable (String) -> Bool
    ) -> Setting {
        let expected = "\(noun) such as \"\(example[0])\""
        return Setting(
            key, valueName: valueName, range: "at most \(most)", expected: expected, help: help, absence: absence,
            example: written(example), environment: environment, isOptional: true, isList: true,
            assign: { (text, root) throws(ValueError) in
                guard check(text) else { throw ValueError(expected: expected, found: quoted(text)) }
                guard root[keyPath: path].count < most else {
                    throw ValueError(expected: "at most \(most)", found: "one more")
                }
                root[keyPath: path].append(text)
            },
            clear: { $0[keyPath: path] = [] },
            text: { $0[keyPath: path].isEmpty ? nil : written($0[keyPath: path]) })
    }

    private static func written(_ items: [String]) -> String {
        "[" + items.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }

    private static func parse<Value: TextValue>(_ text: String, expected: String) throws(ValueError) -> Value {
        guard let value = Value(text: text) else { throw ValueError(expected: expected, found: quoted(text)) }
        return value
    }
}
