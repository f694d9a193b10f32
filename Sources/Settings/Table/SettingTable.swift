/// The settings of one root, found by their keys.
package struct SettingTable<Root: Sendable>: Sendable {
    package let settings: [Setting<Root>]
    /// Keys whose value is a list of maps; each has a table of its own.
    package let lists: [String]
    /// Keys, with their groups, whose value is a map of names to maps; each has a table of its own.
    package let maps: [String]

    private let byKey: [String: Int]
    private let childrenByGroup: [String: [String]]

    package init(lists: [String] = [], maps: [String] = [], _ settings: [Setting<Root>]) {
        self.settings = settings
        self.lists = lists
        self.maps = maps
        var byKey: [String: Int] = [:]
        var children: [String: [String]] = ["": lists]
        for (index, setting) in settings.enumerated() {
            precondition(
                byKey.updateValue(index, forKey: setting.key) == nil, "two settings have the key \(setting.key)")
            let parts = setting.key.split(separator: ".").map(String.init)
            for depth in parts.indices {
                let group = parts[..<depth].joined(separator: ".")
                if children[group, default: []].contains(parts[depth]) == false {
                    children[group, default: []].append(parts[depth])
                }
            }
        }
        for map in maps {
            let parts = map.split(separator: ".").map(String.init)
            children[parts.dropLast().joined(separator: "."), default: []].append(parts[parts.count - 1])
        }
        self.byKey = byKey
        childrenByGroup = children
    }

    package subscript(key: String) -> Setting<Root>? { byKey[key].map { settings[$0] } }

    /// The names that may stand in a group, "" being the whole; nil when the key is no group.
    package func names(in group: String) -> [String]? { childrenByGroup[group] }
}
