package import RequestLog

extension Scenario {
    /// A day at the shop, told in as much time as there is: an ordinary morning; a release that asks the database once
    /// for every row of `/products`; the way back, which empties the cache; and the cache, which fills again. `make run`
    /// plays it and says what happens when.
    package static func day(in length: Timestamp.Span = .minutes(4)) -> Scenario {
        let morning = Conditions()
        let release = morning.with { conditions in
            conditions.version = "2026.11.4"
            conditions.change("/products") {
                $0.callsPerRow = true
                $0.originMilliseconds *= 2
            }
        }
        func warmed(_ share: Double) -> Conditions {
            morning.with { conditions in
                for place in conditions.endpoints.indices { conditions.endpoints[place].hitShare *= share }
            }
        }
        let story: [(Double, Conditions)] = [
            (0.32, release), (0.57, warmed(0.1)), (0.63, warmed(0.35)), (0.69, warmed(0.6)), (0.76, warmed(0.85)),
            (0.83, morning),
        ]
        return Scenario(
            name: "day", summary: "A day in some minutes: a release with an N+1, its rollback, a cache that warms up.",
            opening: morning,
            changes: story.map { fraction, conditions in
                Change(
                    after: Timestamp.Span(nanoseconds: Int64(Double(length.nanoseconds) * fraction)),
                    conditions: conditions)
            })
    }
}

extension Conditions {
    fileprivate mutating func change(_ template: String, _ change: (inout Endpoint) -> Void) {
        for place in endpoints.indices where endpoints[place].template == template { change(&endpoints[place]) }
    }
}
