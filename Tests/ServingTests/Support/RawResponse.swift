/// One answer as it was on the wire.
struct RawResponse {
    var status: Int
    /// Names in lower case.
    var fields: [String: String]
    var body: String

    /// All answers in a stretch of bytes; nil where they do not fit together.
    static func all(in text: String, toHead: Bool = false) -> [RawResponse]? {
        var rest = Array(text.utf8)[...]
        var answers: [RawResponse] = []
        while !rest.isEmpty {
            guard let end = rest.indices.first(where: { rest[$0...].starts(with: "\r\n\r\n".utf8) }) else { return nil }
            let lines = String(decoding: rest[..<end], as: UTF8.self).split(separator: "\r\n")
            let words = lines[0].split(separator: " ", maxSplits: 2)
            guard words.count == 3, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
            var fields: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { return nil }
                let name = line[..<colon].lowercased()
                guard fields[name] == nil else { return nil }
                fields[name] = String(line[line.index(after: colon)...].drop { $0 == " " })
            }
            guard let length = fields["content-length"].flatMap({ Int($0) }) else { return nil }
            rest = rest[(end + 4)...]
            let bodyLength = toHead ? 0 : length
            guard rest.count >= bodyLength else { return nil }
            answers.append(
                RawResponse(
                    status: status, fields: fields, body: String(decoding: rest.prefix(bodyLength), as: UTF8.self)))
            rest = rest.dropFirst(bodyLength)
        }
        return answers
    }
}
