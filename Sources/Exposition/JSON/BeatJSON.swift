package import Health
package import RequestLog
package import RollingWindow

/// What a page is told once a second: how things stand, without being asked.
package struct Beat: Sendable {
    package var time: Timestamp
    package var release: String
    /// When this agent began: another one has answered before if it is not the same.
    package var startTime: Timestamp
    package var health: HealthReport
    /// Why it is not ready; empty when it is.
    package var unready: [String]
    /// When the last line was read; nil where none was since the start.
    package var lastLine: Timestamp?
    /// The newest event time of a line.
    package var newestEvent: Timestamp?
    package var lagBytes: UInt64
    package var lines: LineCounts
    package var lostBytes: UInt64
    package var activeSeries: Int
    /// The primary source over the last minute.
    package var minute: Rollup

    package init(
        time: Timestamp, release: String, startTime: Timestamp, health: HealthReport, unready: [String],
        lastLine: Timestamp?, newestEvent: Timestamp?, lagBytes: UInt64, lines: LineCounts, lostBytes: UInt64,
        activeSeries: Int, minute: Rollup
    ) {
        self.time = time
        self.release = release
        self.startTime = startTime
        self.health = health
        self.unready = unready
        self.lastLine = lastLine
        self.newestEvent = newestEvent
        self.lagBytes = lagBytes
        self.lines = lines
        self.lostBytes = lostBytes
        self.activeSeries = activeSeries
        self.minute = minute
    }
}

/// One event of `/api/v1/stream` (HTML, "Server-sent events"): `event: beat` and a line of data.
package enum BeatJSON {
    package static func render(_ beat: Beat) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("time")
            json.value(beat.time.description)
            json.key("release")
            json.value(beat.release)
            json.key("started")
            json.value(beat.startTime.description)
            json.key("health")
            json.object { json in
                json.key("status")
                json.value(beat.health.status.rawValue)
                json.key("state")
                json.value(beat.health.state?.rawValue)
                json.key("output")
                json.value(beat.health.output)
                json.key("since")
                json.value(beat.health.since?.description)
            }
            json.key("unready")
            json.array { json in for reason in beat.unready { json.value(reason) } }
            json.key("last_line")
            json.value(beat.lastLine?.description)
            json.key("newest_event")
            json.value(beat.newestEvent?.description)
            json.key("lag_bytes")
            json.value(beat.lagBytes)
            json.counts(beat.lines)
            json.key("lost_bytes")
            json.value(beat.lostBytes)
            json.key("active_series")
            json.value(beat.activeSeries)
            json.key("minute")
            json.object { $0.metrics(beat.minute) }
        }
        // No line feed is inside: the writer escapes those of texts.
        return Array("event: beat\ndata: ".utf8) + json.finish() + [UInt8(ascii: "\n")]
    }
}
