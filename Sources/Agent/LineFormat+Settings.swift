package import RequestLog
package import Settings

extension LineFormat {
    /// By its name in the configuration; `text` is what the names of writers need beside them.
    package init(_ format: Settings.Input.Format, text: String?) throws(TextFormatError) {
        switch format {
        case .auto: self = .auto
        case .json: self = .json
        case .nginxJSON: self = .nginxJSON
        case .logfmt: self = .logfmt
        case .ltsv: self = .ltsv
        case .w3c: self = .w3c(W3CColumns(Array((text ?? "").utf8)))
        case .nginx: self = try LineFormat(nginx: text ?? "")
        case .apache: self = .text(try TextFormat(name: "apache", apache: text ?? "", pattern: text))
        case .gunicorn: self = .text(try TextFormat(name: "gunicorn", gunicorn: text ?? "", pattern: text))
        default: self = .known(format.rawValue)
        }
    }
}

extension Settings.Input {
    /// What this input's values have that is wrong, beyond what the table of settings knows.
    package var problems: [SettingsReader.InputProblem] {
        var problems: [SettingsReader.InputProblem] = []
        if format.needsText, logFormat == nil {
            problems.append(
                .init(
                    key: "log_format", expected: "how \(format.rawValue) was told to write, as in its configuration",
                    found: "nothing"))
        } else if format == .w3c, let logFormat {
            if let missing = W3CColumns(Array(logFormat.utf8)).missing {
                problems.append(
                    .init(
                        key: "log_format", expected: "a column \(missing) among the others", found: "\"\(logFormat)\""))
            }
        } else if !format.needsText, let logFormat {
            problems.append(
                .init(
                    key: "log_format", expected: "a format of nginx, apache, gunicorn or w3c beside it",
                    found: "\"\(logFormat)\" with format \(format.rawValue)"))
        } else {
            do throws(TextFormatError) {
                _ = try LineFormat(format, text: logFormat)
            } catch {
                problems.append(.init(key: "log_format", expected: error.expected, found: error.found))
            }
        }
        if TimeZones.zone(timeZone) == nil {
            problems.append(
                .init(
                    key: "time_zone", expected: "UTC, local, +02:00 or a name such as Europe/Berlin",
                    found: "\"\(timeZone)\", which the system's time zones do not have"))
        }
        problems += Settings.Input.problems(ofPatterns: routes, key: "routes")
        for (number, filter) in filters.enumerated() {
            let key = "filters[\(number)]"
            problems += Settings.Input.problems(ofPatterns: filter.routes, key: "\(key).routes")
            for (place, text) in filter.status.enumerated() where StatusRange(text) == nil {
                problems.append(
                    .init(
                        key: "\(key).status[\(place)]", expected: "a status such as 404, 3xx or 200-299",
                        found: "\"\(text)\""))
            }
        }
        return problems
    }

    private static func problems(ofPatterns patterns: [String], key: String) -> [SettingsReader.InputProblem] {
        patterns.enumerated().compactMap { number, text in
            do throws(RoutePatternError) {
                _ = try RoutePattern(text)
                return nil
            } catch {
                return .init(key: "\(key)[\(number)]", expected: error.expected, found: "\"\(text)\"")
            }
        }
    }
}
