import RequestLog
import RollingWindow

/// Routes that have become coarser since they were met, for whoever keeps counts under them.
struct CoarserRoutes {
    /// By the route that was met, the one that holds now.
    private(set) var routes: [NameID: NameID] = [:]
    /// What was learned, for those who go on from here; nil: nothing.
    private(set) var encoded: [UInt8]?
    private var changes = 0

    /// Takes in what was learned since the last time; whether it was anything.
    mutating func update(_ names: inout Names) -> Bool {
        guard names.learned.changes != changes else { return false }
        routes = names.coarsened()
        encoded = Array(names.learned.templates.joined(separator: "\u{0}").utf8)
        changes = names.learned.changes
        return true
    }
}

extension Names {
    /// What `CoarserRoutes` has encoded.
    mutating func learn(_ routes: [UInt8]?) {
        for template in String(decoding: routes ?? [], as: UTF8.self).split(separator: "\u{0}") {
            learn(String(template))
        }
    }
}
