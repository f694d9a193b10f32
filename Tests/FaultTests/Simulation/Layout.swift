import SystemPackage
import Tailing
import TestSupport

/// Which logs there are and how the configuration names them.
struct Layout {
    let inputs: [TailInput]
    private(set) var homes: [FilePath]
    let lineLimitBytes: Int
    let linkedHome: FilePath?
    private let globDirectory: FilePath?
    private let globSource: String

    init(_ random: inout SeededRandom) {
        let fromStart = !random.oneIn(5)
        func input(_ pattern: String, _ source: String = "main") -> TailInput {
            TailInput(pattern: pattern, source: source, fromStart: fromStart)
        }
        lineLimitBytes = random.oneIn(3) ? 1_500 : 1024 * 1024
        var source = "main"
        var directory: FilePath?
        var linked: FilePath?
        switch Int(random.next() % 8) {
        case 0, 1:
            inputs = [input("/log/a.log")]
            homes = ["/log/a.log"]
        case 2:
            inputs = [input("/log/*.log")]
            homes = ["/log/a.log"]
            directory = "/log"
        case 3:
            inputs = [input("/log/a.log*")]
            homes = ["/log/a.log"]
        case 4:
            inputs = [input("/log/a.log"), input("/log/b.log")]
            homes = ["/log/a.log", "/log/b.log"]
        case 5:
            source = "proxy"
            inputs = [input("/log/a.log"), input("/log/apps/*/out.log", source)]
            homes = ["/log/a.log", "/log/apps/x/out.log"]
            directory = "/log/apps"
        case 6:
            linked = "/log/current.log"
            inputs = [input("/log/current.log")]
            homes = ["/log/current.log"]
        default:
            inputs = [input("/log/*.log"), input("/log/apps/*.txt")]
            homes = ["/log/a.log", "/log/b.log", "/log/apps/c.txt"]
            directory = "/log"
        }
        globSource = source
        globDirectory = directory
        linkedHome = linked
    }

    func source(of home: FilePath) -> String {
        inputs.count > 1 && home.string.hasPrefix("/log/apps/") ? inputs[1].source : inputs[0].source
    }

    func pattern(of home: FilePath) -> String {
        if inputs.count == 1 { return inputs[0].pattern }
        if home.string.hasPrefix("/log/apps/") { return inputs[1].pattern }
        return inputs.first { $0.pattern == home.string }?.pattern ?? inputs[0].pattern
    }

    mutating func newHome(_ random: inout SeededRandom) -> FilePath? {
        guard let globDirectory else { return nil }
        let letter = ["p", "q", "r", "s"][Int(random.next() % 4)]
        let home = FilePath(globDirectory == "/log/apps" ? "/log/apps/\(letter)/out.log" : "/log/\(letter).log")
        guard !homes.contains(home) else { return nil }
        homes.append(home)
        return home
    }
}
