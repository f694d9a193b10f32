import Agent
import ArgumentParser
import Comparison
import RequestLog

/// `PATH`, or `PATH@FROM..TO` with either end left out; times as in `InstantArgument`.
struct SideArgument: ExpressibleByArgument {
    let request: SideRequest

    /// Of `change:ID`, which fills both sides.
    var change: String? { request.input.hasPrefix("change:") ? String(request.input.dropFirst("change:".count)) : nil }

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        // A path may have an @ of its own; a stretch of time has two dots.
        guard let at = argument.lastIndex(of: "@"), let dots = argument[at...].firstRange(of: "..") else {
            request = SideRequest(input: argument)
            return
        }
        let ends = [argument[argument.index(after: at)..<dots.lowerBound], argument[dots.upperBound...]]
        var times: [Timestamp?] = []
        for end in ends {
            guard !end.isEmpty else {
                times.append(nil)
                continue
            }
            guard let instant = InstantArgument(argument: String(end)) else { return nil }
            times.append(instant.instant)
        }
        if let from = times[0], let to = times[1], from >= to { return nil }
        request = SideRequest(input: String(argument[..<at]), from: times[0], to: times[1])
    }
}

/// `version`, or `version:OLD,NEW`.
struct VersionsArgument: ExpressibleByArgument {
    let versions: ComparisonRun.Versions

    init?(argument: String) {
        if argument == "version" {
            versions = .newest
            return
        }
        guard argument.hasPrefix("version:") else { return nil }
        let names = argument.dropFirst("version:".count).split(separator: ",", omittingEmptySubsequences: false)
        guard names.count == 2, !names.contains("") else { return nil }
        versions = .named(old: String(names[0]), new: String(names[1]))
    }
}

/// `db_calls`, or `p95:/export`.
struct AllowanceArgument: ExpressibleByArgument {
    let allowance: ComparisonQuestion.Allowance

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1)
        guard let first = parts.first, let metric = Metric(rawValue: String(first)) else { return nil }
        allowance = ComparisonQuestion.Allowance(metric: metric, route: parts.count > 1 ? String(parts[1]) : nil)
    }
}
