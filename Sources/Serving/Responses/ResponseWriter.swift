internal import NIOCore

/// Responses → bytes (RFC 9112 §4), into a buffer that holds a batch of them.
struct ResponseWriter {
    private var date = DateField()
    /// Everything before the date, by status, type and fields: made when first needed, at most some dozens.
    private var beginnings: [Beginning: [UInt8]] = [:]
    private var last: (key: Beginning, bytes: [UInt8])?

    private struct Beginning: Hashable {
        var status: Status
        var contentType: Response.ContentType
        var fields: Response.Fields
    }

    /// - Parameter withBody: false where the body follows piece by piece.
    mutating func write(
        _ response: Response, to request: Request, staysOpen: Bool, withBody: Bool = true, into buffer: inout ByteBuffer
    ) {
        buffer.writeBytes(beginning(of: response))
        buffer.writeBytes(date.current())
        buffer.writeStaticString("content-length: ")
        buffer.writeString(String(response.body.count))
        if !staysOpen {
            buffer.writeStaticString("\r\nconnection: close\r\n\r\n")
        } else if request.isOldVersion {
            buffer.writeStaticString("\r\nconnection: keep-alive\r\n\r\n")
        } else {
            buffer.writeStaticString("\r\n\r\n")
        }
        if withBody, request.method != .head { buffer.writeBytes(response.body) }
    }

    /// The head of an answer that ends with its connection.
    mutating func writeStreamHead(into buffer: inout ByteBuffer) {
        buffer.writeBytes(beginning(of: Response(.ok, .events, [])))
        buffer.writeBytes(date.current())
        buffer.writeStaticString("connection: close\r\n\r\n")
    }

    private mutating func beginning(of response: Response) -> [UInt8] {
        let key = Beginning(status: response.status, contentType: response.contentType, fields: response.fields)
        if let last, last.key == key { return last.bytes }
        let bytes = beginnings[key] ?? ResponseWriter.render(response)
        beginnings[key] = bytes
        last = (key, bytes)
        return bytes
    }

    private static func render(_ response: Response) -> [UInt8] {
        var text = "HTTP/1.1 \(response.status.code) \(response.status.phrase)\r\nserver: plumbline\r\n"
        text += "content-type: \(response.contentType.rawValue)\r\ncache-control: no-store\r\n"
        text += "x-content-type-options: nosniff\r\n"
        return Array((text + response.fields.text).utf8)
    }
}
