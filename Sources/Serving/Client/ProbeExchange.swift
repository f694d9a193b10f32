internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// The client's side of one request: sends it when connected, gathers the answer.
final class ProbeExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let method: HTTPMethod
    private let url: ProbeURL
    private let token: String?
    private let longestBody: Int
    private let promise: EventLoopPromise<ProbeClient.Answer>
    private var answer: ProbeClient.Answer?

    init(
        _ method: HTTPMethod, _ url: ProbeURL, token: String?, longestBody: Int = ProbeClient.longestBody,
        _ promise: EventLoopPromise<ProbeClient.Answer>
    ) {
        self.method = method
        self.url = url
        self.token = token
        self.longestBody = longestBody
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        var fields: HTTPHeaders = ["host": "\(url.address)", "user-agent": "plumbline", "connection": "close"]
        if let token { fields.add(name: "authorization", value: "Bearer \(token)") }
        if method == .POST { fields.add(name: "content-length", value: "0") }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: url.target, headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): answer = ProbeClient.Answer(status: Int(head.status.code), body: [])
        case .body(let bytes):
            let length = (answer?.body.count ?? 0) + bytes.readableBytes
            guard length <= longestBody else {
                return fail(.tooLarge(url, limitBytes: longestBody), context)
            }
            answer?.body.append(contentsOf: bytes.readableBytesView)
        case .end:
            if let answer { promise.succeed(answer) }
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        // The decoder's word for an end in the middle of an answer.
        case HTTPParserError.invalidEOFState: fail(.endedEarly(url), context)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            fail(.notTrusted(url, reason: ProbeError.words(ofTLS: error)), context)
        case is HTTPParserError: fail(.notHTTP(url, reason: "\(error)"), context)
        default: fail(.cannotReach(url, reason: ProbeClient.reason(error)), context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        // After a whole answer this comes too late to matter.
        promise.fail(ProbeError.endedEarly(url))
    }

    private func fail(_ error: ProbeError, _ context: ChannelHandlerContext) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
