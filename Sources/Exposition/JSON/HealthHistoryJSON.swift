package import Health
internal import RequestLog

/// `/api/v1/health/history`: every change of state, oldest first.
package enum HealthHistoryJSON {
    package static func render(_ changes: [HealthChange]) -> [UInt8] {
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("changes")
            json.array(.lines) { json in
                for change in changes {
                    json.object { json in
                        json.key("time")
                        json.value(change.time.description)
                        json.key("group")
                        json.value(change.group)
                        json.key("from")
                        json.value(change.from.rawValue)
                        json.key("to")
                        json.value(change.to.rawValue)
                        json.key("reason")
                        json.value(change.reason)
                    }
                }
            }
        }
        return json.finish()
    }
}
