import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Asks a running agent one question, or tells it something: one request on one connection. It follows no redirect and
/// keeps nothing.
package enum ProbeClient {
    package struct Answer: Equatable, Sendable {
        package var status: Int
        package var body: [UInt8]

        package init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
        }
    }

    /// Longer bodies are refused where nothing else is said, in bytes.
    package static let longestBody = 1024 * 1024

    private static var headerLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = 64 * 1024
        return limits
    }

    /// - Parameter timeout: for everything together, from the name lookup to the last byte.
    package static func get(
        _ url: ProbeURL, _ credentials: ProbeCredentials = ProbeCredentials(), timeout: Duration = .seconds(5)
    ) async throws(ProbeError) -> Answer {
        try await send(.GET, url, credentials, timeout: timeout)
    }

    /// A POST without a body.
    package static func post(
        _ url: ProbeURL, _ credentials: ProbeCredentials = ProbeCredentials(), timeout: Duration = .seconds(5)
    ) async throws(ProbeError) -> Answer {
        try await send(.POST, url, credentials, timeout: timeout)
    }

    private static func send(
        _ method: HTTPMethod, _ url: ProbeURL, _ credentials: ProbeCredentials, timeout: Duration
    ) async throws(ProbeError) -> Answer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let result = await ask(url, method, credentials, timeout: timeout, on: group)
        try? await group.shutdownGracefully()
        return try result.get()
    }

    /// Asks several at the same time, on one thread; the answers are in the order of the addresses.
    package static func get(
        _ urls: [ProbeURL], _ credentials: ProbeCredentials = ProbeCredentials(), timeout: Duration,
        longestBody: Int = longestBody
    ) async -> [Result<Answer, ProbeError>] {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let results = await withTaskGroup(of: (Int, Result<Answer, ProbeError>).self) { tasks in
            for (place, url) in urls.enumerated() {
                tasks.addTask {
                    (place, await ask(url, .GET, credentials, timeout: timeout, longestBody: longestBody, on: group))
                }
            }
            var results = [Result<Answer, ProbeError>?](repeating: nil, count: urls.count)
            for await (place, result) in tasks { results[place] = result }
            return results.compactMap(\.self)
        }
        try? await group.shutdownGracefully()
        return results
    }

    private static func ask(
        _ url: ProbeURL, _ method: HTTPMethod, _ credentials: ProbeCredentials, timeout: Duration,
        longestBody: Int = longestBody, on group: MultiThreadedEventLoopGroup
    ) async -> Result<Answer, ProbeError> {
        let context: NIOSSLContext?
        do throws(ServingError) {
            context = url.isSecure ? try credentials.clientContext() : nil
        } catch {
            return .failure(.notTrusted(url, reason: "\(error)"))
        }
        let loop = group.next()
        let promise = loop.makePromise(of: Answer.self)
        let deadline = loop.scheduleTask(in: TimeAmount(timeout)) {
            promise.fail(ProbeError.timedOut(url, after: timeout))
        }
        ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(timeout))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(tls(context, to: url)) }
                    try pipeline.addHTTPClientHandlers(decoderLimitConfiguration: headerLimits)
                    try pipeline.addHandler(
                        ProbeExchange(method, url, token: credentials.token, longestBody: longestBody, promise))
                }
            }
            .connect(host: url.address.host, port: url.address.port)
            .whenFailure { promise.fail(ProbeError.cannotReach(url, reason: reason($0))) }
        defer { deadline.cancel() }
        do {
            return .success(try await promise.futureResult.get())
        } catch let error as ProbeError {
            return .failure(error)
        } catch {
            return .failure(.cannotReach(url, reason: reason(error)))
        }
    }

    /// A name is told to the server and held against its certificate; of an address the latter alone.
    private static func tls(_ context: NIOSSLContext, to url: ProbeURL) throws -> NIOSSLClientHandler {
        let host = url.address.host
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }

    /// NIO's connection error names every address that was tried; the first cause says enough.
    static func reason(_ error: any Error) -> String {
        switch error {
        case NIOSSLError.unableToValidateCertificate: return "its certificate is not for this name"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let error as NIOConnectionError:
            return error.connectionErrors.first.map { reason($0.error) } ?? "\(error.host) has no address"
        default: return "\(error)"
        }
    }
}
