import Foundation
import SystemPackage
import Testing

/// What stands in `dashboards/`, as the programs see it that read it.
enum Dashboards {
    static let folder = packageRoot.appending("dashboards")
    static let boards = ["overview", "routes", "changes", "agent"]
    static let rules = ["plumbline-rules.yaml", "plumbline-alerts.yaml"]

    /// A piece of PromQL, and where it stands.
    struct Expression: Sendable, CustomStringConvertible {
        var place: String
        var promQL: String

        var description: String { "\(place): \(promQL)" }
    }

    static func document(_ board: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: folder.appending("grafana/\(board).json").string))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any], "\(board) is no object")
    }

    /// Every PromQL of a dashboard: of its panels, its marks and its variables.
    static func expressions(_ board: String) throws -> [Expression] {
        let document = try document(board)
        var all: [Expression] = []
        for panel in try list(document, "panels") {
            for target in try list(panel, "targets") {
                all.append(Expression(place: "\(board), \(panel["title"] ?? "")", promQL: try text(target, "expr")))
            }
        }
        for mark in try list(try #require(document["annotations"] as? [String: Any]), "list") {
            all.append(Expression(place: "\(board), mark \(mark["name"] ?? "")", promQL: try text(mark, "expr")))
        }
        for variable in try list(try #require(document["templating"] as? [String: Any]), "list")
        where variable["type"] as? String == "query" {
            let query = try text(variable, "definition")
            let parts = try #require(query.wholeMatch(of: #/label_values\((.+), (\w+)\)/#), "\(query)")
            all.append(Expression(place: "\(board), variable", promQL: "group by (\(parts.2)) (\(parts.1))"))
        }
        return all
    }

    /// As Grafana puts values in for variables.
    static func filled(_ promQL: String, source: String) -> String {
        promQL.replacing("$__rate_interval", with: "1m").replacing("\"$source\"", with: "\"\(source)\"")
            .replacing("\"$route\"", with: "\".*\"").replacing("\"$job\"", with: "\".*\"")
            .replacing("\"$instance\"", with: "\".*\"").replacing("offset $before", with: "offset 2s")
    }

    private static func list(_ object: [String: Any], _ name: String) throws -> [[String: Any]] {
        try #require(object[name] as? [[String: Any]], "no list \(name)")
    }

    private static func text(_ object: [String: Any], _ name: String) throws -> String {
        try #require(object[name] as? String, "no text \(name)")
    }
}
