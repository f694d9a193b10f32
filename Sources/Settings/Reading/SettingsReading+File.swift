extension SettingsReading {
    mutating func readFile(_ bytes: [UInt8]) {
        do throws(SettingsError) {
            var reader = NodeReader(try FileText(bytes, file: file), file: file)
            let root = reader.read()
            errors.append(contentsOf: reader.errors)
            if let root { read(document: root) }
        } catch {
            errors.append(error)
        }
    }

    private mutating func read(document: Node) {
        var settings = settings
        for entry in entries(of: document, key: "", expected: "a map of settings") {
            if SettingsTable.settings.lists.contains(entry.key) {
                readInputs(entry.value, into: &settings.inputs)
            } else {
                read(entry, of: SettingsTable.settings, group: "", prefix: "", into: &settings)
            }
        }
        if let groups = waitingMaps["health.groups"] { readGroups(groups, into: &settings.health.groups) }
        self.settings = settings
    }

    private mutating func readInputs(_ list: Node, into inputs: inout [Settings.Input]) {
        if list.isNull { return }
        guard case .list(let items) = list.content else {
            if case .refused = list.content { return }
            let expected = "a list such as \"- path: /var/log/app/access.log\""
            return report(.wrong(expected: expected, found: list.description), of: "inputs", at: place(list.mark))
        }
        for (index, item) in items.enumerated() {
            var input = Settings.Input()
            let key = "inputs[\(index)]"
            let expected = "a map such as \"path: /var/log/app/access.log\""
            let entries = entries(of: item, key: key, expected: expected, allowsNull: false)
            for entry in entries {
                if SettingsTable.input.lists.contains(entry.key) {
                    readFilters(entry.value, key: "\(key).\(entry.key)", into: &input.filters)
                } else {
                    read(entry, of: SettingsTable.input, group: "", prefix: "\(key).", into: &input)
                }
            }
            // A wrong item keeps its number, so that the others keep theirs.
            inputs.append(input)
            guard case .map = item.content else { continue }
            for setting in SettingsTable.input.settings
            where setting.isRequired && !entries.contains(where: { $0.key == setting.key }) {
                report(.missing(expected: setting.expected), of: "\(key).\(setting.key)", at: place(item.mark))
            }
        }
    }

    private mutating func readFilters(_ list: Node, key: String, into filters: inout [Settings.Filter]) {
        if list.isNull { return }
        guard case .list(let items) = list.content else {
            if case .refused = list.content { return }
            let expected = "a list such as \"- routes: [/healthz]\""
            return report(.wrong(expected: expected, found: list.description), of: key, at: place(list.mark))
        }
        for (index, item) in items.enumerated() {
            var filter = Settings.Filter()
            let key = "\(key)[\(index)]"
            let expected = "a map of \(SettingsTable.filter.names(in: "")!.joined(separator: ", "))"
            for entry in entries(of: item, key: key, expected: expected, allowsNull: false) {
                read(entry, of: SettingsTable.filter, group: "", prefix: "\(key).", into: &filter)
            }
            // One that names nothing would fit every request.
            if case .map = item.content, filter == Settings.Filter(),
                !wrongKeys.contains(where: { $0.hasPrefix(key + ".") })
            {
                report(.wrong(expected: expected, found: "nothing"), of: key, at: place(item.mark))
            }
            filters.append(filter)
        }
    }

    private mutating func readGroups(_ map: Node, into groups: inout [Settings.HealthGroup]) {
        let key = "health.groups"
        let expected = "a map such as \"admin: {routes: [/admin/**]}\""
        for entry in entries(of: map, key: key, expected: expected) {
            var group = Settings.HealthGroup(name: entry.key)
            let prefix = "\(key).\(quotedKey(entry.key))."
            guard SettingsTable.isName(entry.key), entry.key != "service", groups.count < SettingsTable.mostGroups
            else {
                let expected =
                    "one of at most \(SettingsTable.mostGroups) names of 1 to 64 letters, digits, \"_\", \"-\" and \".\", but \"service\""
                report(.wrong(expected: expected, found: quoted(entry.key)), of: key, at: place(entry.keyMark))
                continue
            }
            let inner = entries(of: entry.value, key: String(prefix.dropLast()), expected: "a map", allowsNull: false)
            for child in inner { read(child, of: SettingsTable.healthGroup, group: "", prefix: prefix, into: &group) }
            let chosen = ["routes", "methods", "segments", "caches"]
            // One that chooses nothing would be the whole service again.
            if case .map = entry.value.content, !inner.contains(where: { chosen.contains($0.key) && !$0.value.isNull })
            {
                let expected = "at least one of \(chosen.joined(separator: ", "))"
                report(.missing(expected: expected), of: String(prefix.dropLast()), at: place(entry.keyMark))
            }
            groups.append(group)
        }
    }

    /// Reads one entry of a group, and the groups in it. `prefix` stands before the keys in messages.
    private mutating func read<Root>(
        _ entry: Node.Entry, of table: SettingTable<Root>, group: String, prefix: String, into root: inout Root
    ) {
        let key = group.isEmpty ? entry.key : "\(group).\(entry.key)"
        let shown = prefix + key
        if entry.key.contains(".") {
            let nearest = table[key] == nil ? nil : key.split(separator: ".").joined(separator: ": ")
            return report(.unknown(nearest: nearest), of: quotedKey(shown), at: place(entry.keyMark))
        }
        if table.maps.contains(key) {
            waitingMaps[shown] = entry.value
            return
        }
        if let setting = table[key] { return read(entry.value, setting, key: shown, into: &root) }
        if let names = table.names(in: key) {
            let expected = "a map of \(names.joined(separator: ", "))"
            for child in entries(of: entry.value, key: shown, expected: expected) {
                read(child, of: table, group: key, prefix: prefix, into: &root)
            }
            return
        }
        let nearest = errors.isFull ? nil : table.nearest(to: entry.key, in: group)
        report(.unknown(nearest: nearest), of: quotedKey(shown), at: place(entry.keyMark))
    }

    private mutating func read<Root>(_ value: Node, _ setting: Setting<Root>, key: String, into root: inout Root) {
        switch value.content {
        case .refused: wrongKeys.insert(key)
        case .scalar where value.isNull && setting.isOptional: break
        case .list(let items) where setting.isList:
            for (number, item) in items.enumerated() { read(item: item, setting, "\(key)[\(number)]", into: &root) }
        case _ where setting.isList:
            let expected = "a list such as \(setting.example)"
            report(.wrong(expected: expected, found: value.description), of: key, at: place(value.mark))
        case .scalar(let text, _) where !value.isNull:
            assign(text, to: setting, key: key, in: &root, at: place(value.mark))
        case .scalar, .list, .map:
            report(.wrong(expected: setting.expected, found: value.description), of: key, at: place(value.mark))
        }
    }

    private mutating func read<Root>(item: Node, _ setting: Setting<Root>, _ key: String, into root: inout Root) {
        switch item.content {
        case .refused: wrongKeys.insert(key)
        case .scalar(let text, _) where !item.isNull:
            assign(text, to: setting, key: key, in: &root, at: place(item.mark))
        case .scalar, .list, .map:
            report(.wrong(expected: setting.expected, found: item.description), of: key, at: place(item.mark))
        }
    }

    /// The entries of a map without repeated ones, which are reported; none of an empty value.
    private mutating func entries(
        of node: Node, key: String, expected: String, allowsNull: Bool = true
    ) -> [Node.Entry] {
        if node.isNull && allowsNull { return [] }
        guard case .map(let entries) = node.content else {
            if case .refused = node.content { return [] }
            report(.wrong(expected: expected, found: node.description), of: key, at: place(node.mark))
            return []
        }
        var firsts: [String: Node.Mark] = [:]
        return entries.filter { entry in
            guard let first = firsts[entry.key] else {
                firsts[entry.key] = entry.keyMark
                return true
            }
            let shown = key.isEmpty ? entry.key : "\(key).\(entry.key)"
            report(.repeated(first: place(first)), of: quotedKey(shown), at: place(entry.keyMark))
            return false
        }
    }

    private func place(_ mark: Node.Mark) -> Place { .file(name: file, line: mark.line, column: mark.column) }

    /// A key of letters, digits, `_`, `.` and brackets as it is, any other one in quotes.
    private func quotedKey(_ key: String) -> String {
        let isPlain =
            !key.isEmpty && key.utf8.count <= 64
            && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-[]".contains($0)) }
        return isPlain ? key : quoted(key)
    }
}

extension SettingTable {
    /// The setting that was probably meant: one of the same group, else one of another group with its whole key.
    fileprivate func nearest(to name: String, in group: String) -> String? {
        if let sibling = nearestName(to: name, among: names(in: group) ?? []) { return sibling }
        let leaves = settings.map { $0.key.split(separator: ".").last.map(String.init) ?? $0.key }
        guard let leaf = nearestName(to: name, among: leaves), let index = leaves.firstIndex(of: leaf) else {
            return nil
        }
        return settings[index].key
    }
}
