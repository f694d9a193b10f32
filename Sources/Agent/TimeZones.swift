import Glibc
package import RequestLog
import Synchronization

/// Time zones by name, out of the system's database, which the C library reads.
///
/// The library is asked by way of the process's environment, so a zone is looked up before other threads are begun; what
/// was found is remembered.
package enum TimeZones {
    private static let known = Mutex<[String: TimeZone]>([:])

    /// `UTC`, `local`, an offset such as `+02:00`, or a name such as `Europe/Berlin`; nil where there is none.
    package static func zone(_ name: String) -> TimeZone? {
        if let offset = offset(name) { return TimeZone(name: name, first: offset) }
        return known.withLock { known in
            if let zone = known[name] { return zone }
            guard name == "local" || exists(name) else { return nil }
            let zone = name == "local" ? probe(name) : withVariable(":" + name) { probe(name) }
            known[name] = zone
            return zone
        }
    }

    /// Seconds east of UTC of what needs no database.
    private static func offset(_ text: String) -> Int64? {
        if ["utc", "z", "gmt"].contains(text.lowercased()) { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.count == 4, text.count <= 6, let number = Int64(digits), number / 100 < 24, number % 100 < 60
        else {
            return nil
        }
        let seconds = number / 100 * 3_600 + number % 100 * 60
        return sign == "-" ? -seconds : seconds
    }

    /// The C library takes an unknown name for UTC.
    private static func exists(_ name: String) -> Bool {
        guard !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else { return false }
        let folder = getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"
        var facts = stat()
        return stat("\(folder)/\(name)", &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    private static func withVariable(_ value: String, _ body: () -> TimeZone) -> TimeZone {
        let before = getenv("TZ").map { String(cString: $0) }
        setenv("TZ", value, 1)
        tzset()
        defer {
            if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
            tzset()
        }
        return body()
    }

    /// No two changes of a zone are closer than this.
    private static let step: Int64 = 7 * 86_400
    /// The years that a log line may speak of, but for the last hundred: no rule is known for those.
    private static let end: Int64 = 4_102_444_800

    private static func probe(_ name: String) -> TimeZone {
        let first = offset(at: 0)
        var transitions: [TimeZone.Transition] = []
        var (from, last): (Int64, Int64) = (0, first)
        while from < end {
            let to = from + step
            let offset = offset(at: to)
            if offset != last {
                var (low, high) = (from, to)
                while high - low > 1 {
                    let middle = (low + high) / 2
                    if self.offset(at: middle) == last { low = middle } else { high = middle }
                }
                transitions.append(TimeZone.Transition(instant: high, offset: offset))
                last = offset
            }
            from = to
        }
        return TimeZone(name: name, first: first, transitions: transitions)
    }

    private static func offset(at instant: Int64) -> Int64 {
        var (time, civil) = (time_t(instant), tm())
        localtime_r(&time, &civil)
        return Int64(civil.tm_gmtoff)
    }
}
