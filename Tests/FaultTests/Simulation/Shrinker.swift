/// Leaves steps out of a life that goes wrong as long as it goes wrong in the same way.
struct Shrinker {
    let seed: UInt64
    let trial: Trial

    func shortest() -> [World.Step] {
        let first = World(seed: seed, trial: trial)
        var script = first.script
        guard let verdict = first.run() else { return script }
        let kind = Shrinker.kind(of: verdict)
        var length = script.count / 2
        while length > 0 {
            var start = 0
            while start < script.count {
                var shorter = script
                shorter.removeSubrange(start..<min(script.count, start + length))
                if let verdict = World(seed: seed, trial: trial, script: shorter).run(),
                    Shrinker.kind(of: verdict) == kind
                {
                    script = shorter
                } else {
                    start += length
                }
            }
            length /= 2
        }
        return script
    }

    /// The verdict without its numbers and paths.
    private static func kind(of verdict: String) -> String {
        let first = verdict.prefix { $0 != ";" }
        return first.split(separator: " ").filter { word in
            !word.contains("/") && !word.contains { $0.isNumber }
        }.joined(separator: " ")
    }
}
