/// Filters laid out for the reader: plain memory, as `RoutePatterns`.
struct LineFilters: ~Copyable {
    /// One of them; what it names must all fit.
    struct Filter: ~Copyable {
        fileprivate(set) var routes: RoutePatterns
        /// A bit for each code.
        private var statuses = InlineArray<10, UInt64>(repeating: 0)
        private let agents: UnsafeMutableBufferPointer<UnsafeMutableBufferPointer<UInt8>>

        init(_ filter: LineFilter) {
            routes = RoutePatterns(filter.routes)
            for code in filter.statuses.isEmpty ? Array(0..<640) : filter.statuses.flatMap({ Array($0.codes) }) {
                statuses[Int(code / 64)] |= 1 << UInt64(code % 64)
            }
            agents = .allocate(capacity: filter.userAgents.count)
            for (place, agent) in filter.userAgents.enumerated() {
                let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: agent.utf8.count)
                _ = bytes.initialize(from: agent.utf8)
                agents.initializeElement(at: place, to: bytes)
            }
        }

        deinit {
            for bytes in agents { bytes.deallocate() }
            agents.deallocate()
        }

        var isOfSomeRoutes: Bool { !routes.isEmpty }
        var isOfSomeAgents: Bool { !agents.isEmpty }

        func fits(status: UInt16) -> Bool { statuses[Int(status / 64)] &>> UInt64(status % 64) & 1 != 0 }

        func fits(agent: ByteRun) -> Bool {
            for bytes in agents where bytes.count <= agent.count {
                var place = 0
                while place < bytes.count, bytes[place] == agent[place] { place += 1 }
                if place == bytes.count { return true }
            }
            return false
        }

        func fits(path: ByteRun) -> Bool { routes.first(matching: path) != nil }
    }

    let count: Int
    private let filters: UnsafeMutablePointer<Filter>

    init(_ list: [LineFilter]) {
        count = list.count
        filters = .allocate(capacity: list.count)
        for (number, filter) in list.enumerated() { (filters + number).initialize(to: Filter(filter)) }
    }

    deinit {
        filters.deinitialize(count: count)
        filters.deallocate()
    }

    var isEmpty: Bool { count == 0 }

    /// Good as long as the filters are.
    subscript(number: Int) -> UnsafePointer<Filter> { UnsafePointer(filters + number) }
}

extension RecordReader {
    /// Whether a filter takes the line whose values `scan` has found.
    mutating func isFiltered(status: UInt16) throws(LineReject) -> Bool {
        for number in 0..<filters.count {
            let filter = filters[number]
            guard filter.pointee.fits(status: status) else { continue }
            if filter.pointee.isOfSomeAgents, !userAgentFits(filter) { continue }
            if filter.pointee.isOfSomeRoutes, try !pathFits(filter) { continue }
            return true
        }
        return false
    }

    /// The path, or the route that the log has.
    private mutating func pathFits(_ filter: UnsafePointer<LineFilters.Filter>) throws(LineReject) -> Bool {
        if let route = try content(.route), filter.pointee.fits(path: route) { return true }
        var target = try content(.path)
        if target == nil { target = try requestLine().target }
        guard let target else { return false }
        return filter.pointee.fits(path: target)
    }

    /// It is looked at as it stands: real ones hold bytes that are no text, and no line is lost for that.
    private mutating func userAgentFits(_ filter: UnsafePointer<LineFilters.Filter>) -> Bool {
        let value = fields[.userAgent]
        switch value.kind {
        case .string, .number: return filter.pointee.fits(agent: value.run)
        case .escapedString: return filter.pointee.fits(agent: text.read(value.run, escaped: true) ?? value.run)
        case .nested:
            // A header as Caddy writes it, an array of values.
            guard value.run[0] == openBracket, case let first = value.run.dropFirst(1).trimmed(), first[0] == quote
            else { return false }
            return filter.pointee.fits(agent: first.dropFirst(1))
        case .absent, .yes, .no, .null: return false
        }
    }
}
