private let prefix = "PLUMBLINE_"

extension SettingsReading {
    mutating func readEnvironment(_ environment: [String: String]) {
        var settings = settings
        for setting in SettingsTable.settings.settings {
            guard let name = setting.environment, let text = environment[name], !text.isEmpty else { continue }
            // The items of a list stand between commas, and take the place of those in the file.
            setting.clear?(&settings)
            let items = setting.isList ? text.split(separator: ",").map(String.init) : [text]
            for item in items {
                assign(item, to: setting, key: setting.key, in: &settings, at: .environment(name: name))
            }
        }
        self.settings = settings
        let known = SettingsTable.settings.settings.compactMap(\.environment)
        for name in environment.keys.sorted() where !known.contains(name) && looksLikeOurs(name) {
            // Others may have variables that begin so: only what resembles one of ours is taken for a slip.
            let ends = known.map { String($0.dropFirst(prefix.count)) }
            guard let nearest = nearestName(to: String(name.dropFirst(prefix.count)), among: ends) else { continue }
            report(.unknown(nearest: prefix + nearest), of: "", at: .environment(name: name))
        }
    }

    // Kubernetes gives every container variables named after the services around it: PLUMBLINE_PORT_9180_TCP_ADDR.
    private func looksLikeOurs(_ name: String) -> Bool {
        name.hasPrefix(prefix) && !name.contains("_PORT") && !name.contains("_SERVICE_")
    }

    mutating func readFlags(_ flags: [(name: String, value: String)]) {
        var settings = settings
        var inputs: [Settings.Input] = []
        for (name, value) in flags {
            let place = Place.flag(name: name)
            if name == "LOG" {
                var input = Settings.Input()
                if let path = SettingsTable.input["path"] {
                    assign(value, to: path, key: "inputs[\(inputs.count)].path", in: &input, at: place)
                }
                inputs.append(input)
            } else if let setting = SettingsTable.setting(flag: name) {
                assign(value, to: setting, key: setting.key, in: &settings, at: place)
            } else {
                let known = SettingsTable.settings.settings.compactMap(\.flag)
                report(.unknown(nearest: nearestName(to: name, among: known)), of: "", at: place)
            }
        }
        if !inputs.isEmpty { settings.inputs = inputs }
        self.settings = settings
        for index in inputs.indices {
            for setting in SettingsTable.input.settings where setting.key != "path" {
                places["inputs[\(index)].\(setting.key)"] = nil
            }
        }
    }
}
