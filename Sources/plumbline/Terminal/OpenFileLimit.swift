import Glibc

/// A thousand logs and five hundred connections want more descriptors than a shell allows by default.
enum OpenFileLimit {
    /// As far up as the system lets anybody go.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
