internal import RequestLog

/// Takes the members of an object, and says which of them is not what it should be.
struct TreeReader {
    private let tree: JSONTree
    private let path: String

    init(_ tree: JSONTree, path: String = "") throws(ChangeRecordError) {
        guard case .object = tree else {
            throw ChangeRecordError("\(path.isEmpty ? "the file" : path): expected an object")
        }
        self.tree = tree
        self.path = path
    }

    func fail(_ key: String, _ expected: String) -> ChangeRecordError {
        ChangeRecordError("\(path)\(key): expected \(expected)")
    }

    func text(_ key: String) throws(ChangeRecordError) -> String {
        guard let text = tree[key]?.text else { throw fail(key, "a text") }
        return text
    }

    func count(_ key: String) throws(ChangeRecordError) -> UInt64 {
        guard let value = tree[key]?.integer, value >= 0 else { throw fail(key, "a count") }
        return UInt64(value)
    }

    func time(_ key: String) throws(ChangeRecordError) -> Timestamp {
        guard let text = tree[key]?.text, let time = Timestamp(rfc3339: text) else {
            throw fail(key, "a time as RFC 3339 writes it")
        }
        return time
    }

    func texts(_ key: String) throws(ChangeRecordError) -> [String] {
        guard let elements = tree[key]?.elements else { throw fail(key, "a list of texts") }
        var texts: [String] = []
        for element in elements {
            guard let text = element.text else { throw fail(key, "a list of texts") }
            texts.append(text)
        }
        return texts
    }

    func object(_ key: String) throws(ChangeRecordError) -> TreeReader {
        guard let value = tree[key] else { throw fail(key, "an object") }
        return try TreeReader(value, path: "\(path)\(key).")
    }

    func objects(_ key: String) throws(ChangeRecordError) -> [TreeReader] {
        guard let elements = tree[key]?.elements else { throw fail(key, "a list of objects") }
        var readers: [TreeReader] = []
        for (place, element) in elements.enumerated() {
            readers.append(try TreeReader(element, path: "\(path)\(key)[\(place)]."))
        }
        return readers
    }

    func optionalTime(_ key: String) throws(ChangeRecordError) -> Timestamp? {
        optionalText(key) == nil ? nil : try time(key)
    }

    func optionalText(_ key: String) -> String? { tree[key]?.text }

    func optionalNumber(_ key: String) -> Double? { tree[key]?.number }

    func optionalInteger(_ key: String) -> Int64? { tree[key]?.integer }

    func optionalFlag(_ key: String) -> Bool? { tree[key]?.flag }
}
