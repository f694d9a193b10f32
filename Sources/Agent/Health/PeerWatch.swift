import Health
import Logging
import ServiceLifecycle
import Serving
import Settings

/// Asks the peers how they are, in the background: whoever does not answer in time tells nothing.
struct PeerWatch: Service {
    let urls: [ProbeURL]
    let credentials: ProbeCredentials
    let interval: Duration
    let timeout: Duration
    let ingest: IngestThread
    let logger: Logger

    /// - Throws: `ProbeError` for what is no address.
    init(_ settings: Settings.Health, _ tls: Settings.TLS, ingest: IngestThread, logger: Logger) throws {
        urls = try settings.peers.map { try PeerStatus.url($0) }
        credentials = ProbeCredentials(
            authority: settings.peersCA, certificate: tls.certificate, key: tls.key)
        interval = settings.peersInterval
        timeout = settings.peersTimeout
        self.ingest = ingest
        self.logger = logger
    }

    func run() async throws {
        // Ends with the agent, not with an empty list.
        guard !urls.isEmpty else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            var troubles = urls.map { url in
                Trouble("A peer does not say how it is: \(url)", over: "A peer says again how it is: \(url)", logger)
            }
            while !Task.isCancelled {
                await ask(&troubles)
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }

    private func ask(_ troubles: inout [Trouble]) async {
        var count = PeerCount(askedAt: AgentClock.uptime)
        for (place, result) in await ProbeClient.get(urls, credentials, timeout: timeout).enumerated() {
            switch result {
            case .success(let answer):
                guard let status = PeerStatus.status(in: answer) else {
                    troubles[place].happened("it answers \(answer.status), and not with a judgement of its own")
                    continue
                }
                troubles[place].isOver()
                count.answered += 1
                if status == .fail { count.failing += 1 }
            case .failure(let error): troubles[place].happened("\(error)")
            }
        }
        if !Task.isCancelled { ingest.heard(from: count) }
    }
}
