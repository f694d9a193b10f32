package import Health
internal import RequestLog

/// `application/health+json`, after draft-inadarei-api-health-check-06.
///
/// As §3 and §4 ask, `output` and `affectedEndpoints` are there only when something is wrong; a healthy service's
/// sentence is a note. A value that is not known is null.
package enum HealthJSON {
    package static let contentType = "application/health+json"

    /// - Parameter releaseID: the agent's release.
    package static func render(_ report: HealthReport, releaseID: String? = nil) -> [UInt8] {
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("status")
            json.value(report.status.rawValue)
            if let releaseID {
                json.key("releaseId")
                json.value(releaseID)
            }
            if report.status == .pass {
                json.key("notes")
                json.array { $0.value(report.output) }
            } else {
                json.key("output")
                json.value(report.output)
            }
            json.key("time")
            json.value(report.time.description)
            if let state = report.state {
                json.key("state")
                json.value(state.rawValue)
            }
            if let since = report.since {
                json.key("since")
                json.value(since.description)
            }
            if let weight = report.weight {
                json.key("weight")
                json.estimate(weight)
            }
            json.key("checks")
            json.checks(report.checks)
        }
        return json.finish()
    }
}

extension JSONWriter {
    /// Checks of one name stand in one array, in the order of the first of each name.
    fileprivate mutating func checks(_ checks: [HealthCheck]) {
        var names: [String] = []
        for check in checks where !names.contains(check.name) { names.append(check.name) }
        object(.lines) { json in
            for name in names {
                json.key(name)
                json.array { json in
                    for check in checks where check.name == name { json.check(check) }
                }
            }
        }
    }

    private mutating func check(_ check: HealthCheck) {
        object { json in
            json.key("status")
            json.value(check.status.rawValue)
            json.key("observedValue")
            json.value(check.observedValue)
            json.key("observedUnit")
            json.value(check.observedUnit)
            if let limit = check.limit {
                json.key("limit")
                json.value(limit)
            }
            json.key("time")
            json.value(check.time.description)
            guard check.status != .pass else { return }
            if !check.affectedEndpoints.isEmpty {
                json.key("affectedEndpoints")
                json.array { for endpoint in check.affectedEndpoints { $0.value(endpoint) } }
            }
            json.key("output")
            json.value(check.output)
        }
    }
}
