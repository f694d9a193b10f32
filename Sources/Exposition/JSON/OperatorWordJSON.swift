package import Health
internal import RequestLog

/// What an operator who spoke is told: the word that stands, since when, and whether a restart would find it.
package enum OperatorWordJSON {
    package static func render(_ standing: OperatorWord?, isKept: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("word")
            json.value((standing?.word ?? .ready).rawValue)
            json.key("since")
            json.value(standing?.since.description)
            json.key("kept")
            json.value(isKept)
        }
        return json.finish()
    }

    /// Whether a rendered answer says that a restart would find the word.
    package static func isKept(_ answer: [UInt8]) -> Bool {
        String(decoding: answer, as: UTF8.self).contains("\"kept\": true")
    }
}
