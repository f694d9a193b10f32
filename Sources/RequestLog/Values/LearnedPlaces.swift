/// What `LearnedRoutes` knows, laid out for the reader: which beginnings of paths have a parameter behind them.
///
/// A path whose names are all behind such beginnings would otherwise be a new text on every line.
struct LearnedPlaces: ~Copyable {
    /// Beginnings, parameters in them, without the slash behind.
    private var beginnings = NameCache()
    private var changes = 0
    private let scratch: UnsafeMutablePointer<UInt8>

    init() { scratch = .allocate(capacity: 2 * RouteTemplate.longest + ByteRun.padding) }

    deinit { scratch.deallocate() }

    mutating func update(_ learned: borrowing LearnedRoutes) {
        guard learned.changes != changes else { return }
        changes = learned.changes
        beginnings = NameCache()
        for template in learned.templates {
            var bytes = Array(template.utf8.dropLast(LearnedRoutes.parameter.utf8.count + 1))
            let count = bytes.count
            bytes += repeatElement(0, count: ByteRun.padding)
            bytes.withUnsafeBufferPointer { memory in
                let run = ByteRun(start: memory.baseAddress!, count: count)
                beginnings.insert(run, hash: NameCache.hash(run), value: 0)
            }
        }
    }

    /// The template with what was learned; it lives in the scratch memory until the next call. What a client has
    /// written as `{*}` is `{id}`, for nobody learns from that.
    func applied(to template: ByteRun) -> ByteRun {
        var length = 0
        var place = 0
        while place < template.count {
            if template[place] == slash {
                scratch[length] = slash
                length += 1
                place += 1
            }
            let rest = template.dropFirst(place)
            let segment = rest.prefix(rest.firstPlace(of: slash, or: slash))
            place += segment.count
            let word: StaticString
            if segment.isEmpty || segment[0] == openBrace {
                word = segment.equals(caseBlind: "{*}") ? "{id}" : ""
            } else {
                let beginning = ByteRun(start: scratch, count: max(length - 1, 0))
                word = beginnings.find(beginning, hash: NameCache.hash(beginning)) == nil ? "" : "{*}"
            }
            let run =
                word.utf8CodeUnitCount == 0
                ? segment : ByteRun(start: word.utf8Start, count: word.utf8CodeUnitCount)
            (scratch + length).update(from: run.start, count: run.count)
            length += run.count
        }
        return ByteRun(start: scratch, count: length)
    }
}
