/// Two settings of which one must not be below the other.
private struct Order: Sendable {
    var lower: String
    var upper: String
    var holds: @Sendable (Settings) -> Bool

    static let all = [
        Order(lower: "snapshots.keep_10s", upper: "snapshots.keep_1m") {
            $0.snapshots.keep10s <= $0.snapshots.keep1m
        },
        Order(lower: "snapshots.keep_1m", upper: "snapshots.keep_5m") { $0.snapshots.keep1m <= $0.snapshots.keep5m },
    ]
}

extension SettingsReading {
    /// What no single setting shows to be wrong: orders, repeated inputs, the primary source.
    mutating func checkTogether() {
        inheritRules()
        checkRules()
        for order in Order.all where !wrongKeys.contains(order.lower) && !wrongKeys.contains(order.upper) {
            check(order)
        }
        checkTLS()
        checkSockets()
        checkInputPaths()
        choosePrimarySource()
    }

    private mutating func check(_ order: Order) {
        if order.holds(settings) { return }
        if let place = places[order.upper] {
            let problem = SettingsError.Problem.wrong(
                expected: "at least \(order.lower) (\(described(order.lower)))", found: quoted(text(of: order.upper)))
            report(problem, of: order.upper, at: place)
        } else if let place = places[order.lower] {
            let problem = SettingsError.Problem.wrong(
                expected: "at most \(order.upper) (\(described(order.upper)))", found: quoted(text(of: order.lower)))
            report(problem, of: order.lower, at: place)
        }
    }

    /// What belongs together.
    private mutating func checkTLS() {
        let (tls, hasAdmin) = (settings.tls, settings.adminListen != nil)
        let needed: [(key: String, isThere: Bool, needs: String, has: Bool)] = [
            ("tls.certificate", tls.certificate != nil, "tls.key", tls.key != nil),
            ("tls.key", tls.key != nil, "tls.certificate", tls.certificate != nil),
            ("tls.client_ca", tls.clientCA != nil, "tls.certificate", tls.certificate != nil),
            ("tls.serve", tls.serve == .admin, "admin_listen", hasAdmin),
        ]
        for (key, isThere, needs, has) in needed where isThere && !has {
            guard let place = places[key] else { continue }
            report(.wrong(expected: "\(needs) beside it", found: quoted(text(of: key))), of: key, at: place)
        }
    }

    private func text(of key: String) -> String { SettingsTable.settings[key]?.text(settings) ?? "" }

    private func described(_ key: String) -> String {
        text(of: key) + (places[key].map { " at \($0)" } ?? ", the default")
    }

    /// Each gets its one spelling.
    private mutating func checkSockets() {
        for (index, input) in settings.inputs.enumerated() where DatagramAddress.isMeant(by: input.path) {
            let key = "inputs[\(index)].path"
            guard let place = places[key] else { continue }
            guard let address = input.datagrams else {
                report(.wrong(expected: DatagramAddress.expected(), found: quoted(input.path)), of: key, at: place)
                continue
            }
            settings.inputs[index].path = address.text
            guard !address.isLocal, !input.allowRemote else { continue }
            let expected =
                "an address of the loopback such as \"udp://127.0.0.1:5140\", or allow_remote: true on this input in the configuration"
            report(.wrong(expected: expected, found: quoted(input.path)), of: key, at: place)
        }
    }

    private mutating func checkInputPaths() {
        var firsts: [String: Place] = [:]
        for (index, input) in settings.inputs.enumerated() where !input.path.isEmpty {
            let key = "inputs[\(index)].path"
            guard let place = places[key] else { continue }
            if let first = firsts[input.path] {
                let found = "\(quoted(input.path)), which is one at \(first)"
                report(.wrong(expected: "a log that is not an input yet", found: found), of: key, at: place)
            } else {
                firsts[input.path] = place
            }
        }
    }

    /// The source of the first `primary: true`, else the first source that does not refuse, becomes primary.
    private mutating func choosePrimarySource() {
        var chosen: (source: String, place: Place)?
        var refusals: [String: Place] = [:]
        for (index, input) in settings.inputs.enumerated() {
            let key = "inputs[\(index)].primary"
            guard let place = places[key] else { continue }
            if !input.primary {
                refusals[input.source] = refusals[input.source] ?? place
            } else if let chosen, chosen.source != input.source {
                let expected = "one primary source (\(chosen.source) is, at \(chosen.place))"
                report(.wrong(expected: expected, found: "another, \(input.source)"), of: key, at: place)
            } else {
                chosen = chosen ?? (input.source, place)
            }
        }
        if let chosen, let refusal = refusals[chosen.source] {
            let expected = "\"true\" as for the same source at \(chosen.place)"
            report(.wrong(expected: expected, found: "\"false\""), of: "inputs", at: refusal)
        }
        let primary = chosen?.source ?? settings.inputs.first { refusals[$0.source] == nil }?.source
        if primary == nil, let input = settings.inputs.first, let refusal = refusals[input.source] {
            let found = "\"false\" for every source"
            report(.wrong(expected: "one primary source", found: found), of: "inputs", at: refusal)
        }
        for index in settings.inputs.indices {
            settings.inputs[index].primary = settings.inputs[index].source == primary
        }
    }
}
