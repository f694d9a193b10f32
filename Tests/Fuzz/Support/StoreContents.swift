import RequestLog
import RollingWindow
import Store

/// What a store has to know, in texts, so that it can be compared across tables of names.
struct StoreContents: Equatable {
    struct Series: Hashable {
        var key: SeriesKey
        var texts: [[UInt8]]
    }

    let sequence: UInt64
    let inputs: [UInt32: InputState]
    let extras: [String: [UInt8]]
    private let counters: [Series: Cell]
    private let overflowedRequests: UInt64

    init(_ store: Store, _ names: Names) {
        sequence = store.state.sequence
        inputs = store.state.inputs
        extras = store.state.extras
        overflowedRequests = store.state.counters.overflowedRequests
        var counters: [Series: Cell] = [:]
        for (key, cell) in store.state.counters.series {
            var bare = key
            bare.source = .none
            bare.route = .none
            bare.version = .none
            let texts = [key.source, key.route, key.version].map { Array(names[$0].utf8) }
            counters[Series(key: bare, texts: texts)] = cell
        }
        precondition(counters.count == store.state.counters.series.count, "two series with one name")
        self.counters = counters
    }

    var requests: UInt64 { counters.values.reduce(0) { $0 &+ $1.requests } }
}
