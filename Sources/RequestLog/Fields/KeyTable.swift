/// What to do with a key in a given object, remembered by the bytes of the key as they stand in the line.
///
/// The first sight of a key goes through `FieldNames`; afterwards a key costs one hash and one comparison. A table that
/// `isFull` is begun afresh between two lines: what it knows never changes a result.
struct KeyTable: ~Copyable {
    /// What the scanner does with the value behind a key.
    struct Action {
        /// The field to fill; nil: nobody asks for it.
        var meaning: FieldMeaning?
        /// The object to enter when the value is one; 0: step over it.
        var container: UInt32
        /// Names the key in explanations.
        var key: UInt16
        /// Whose line it may be.
        var marks = Writer.Marks()
    }

    /// The object at the top of the line.
    static let topLevel: UInt32 = 1
    /// A table with more objects than these is full; a line can add as many as it has.
    static let containerLimit = 64
    /// More keys than these are not remembered, only looked up anew; a hostile log can invent keys without end.
    static let keyLimit = 4_096

    var isFull: Bool { actions.count >= KeyTable.keyLimit || containerPaths.count >= KeyTable.containerLimit }

    private let names: [String: FieldMeaning]
    private let asked: AskedKeys
    private var cache = NameCache()
    private var actions: [Action] = [Action(meaning: nil, container: 0, key: 0)]
    private(set) var keyPaths: [String] = [""]
    private var containerPaths = ["", ""]

    /// - Parameters:
    ///   - asked: goes before all names.
    ///   - names: meanings by normalised key that go before those of `FieldNames`.
    init(_ asked: AskedKeys, names: [String: FieldMeaning] = [:]) {
        self.asked = asked
        self.names = names
    }

    @inline(__always)
    mutating func action(for key: ByteRun, in container: UInt32) -> Action {
        let hash = NameCache.hash(key) ^ UInt64(container) &* 0x9e37_79b9_7f4a_7c15
        if let known = cache.find(key, hash: hash) { return actions[Int(known)] }
        return learn(key, in: container, hash: hash)
    }

    @inline(never)
    private mutating func learn(_ key: ByteRun, in container: UInt32, hash: UInt64) -> Action {
        let written = container == KeyTable.topLevel ? key.text : containerPaths[Int(container)] + "." + key.text
        let path = FieldNames.normalized(written)
        var action = Action(meaning: meaning(ofPath: path), container: 0, key: 0)
        action.marks = Writer.Marks(path: path)
        if FieldNames.isWorthEntering(path) || asked.isWorthEntering(path) {
            action.container = UInt32(containerPaths.count)
            containerPaths.append(written)
        }
        if actions.count >= KeyTable.keyLimit, action.container == 0 { return action }
        action.key = UInt16(truncatingIfNeeded: keyPaths.count)
        keyPaths.append(written)
        cache.insert(key, hash: hash, value: UInt32(actions.count))
        actions.append(action)
        return action
    }

    private func meaning(ofPath path: String) -> FieldMeaning? {
        asked.meaning(ofPath: path) ?? asked.unasked(names[path] ?? FieldNames.meaning(ofPath: path))
    }
}
