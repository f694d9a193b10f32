import RequestLog
import Snapshots

extension BlockHeader {
    /// The hour whose file a slice or the total of an hour belongs in.
    var hour: Timestamp { stretch.start.floored(to: DataDirectory.hour) }
    var day: Timestamp { stretch.start.floored(to: DataDirectory.day) }
    /// Wider than an hour: it belongs in the file of its day.
    var isOfDay: Bool { stretch.width > DataDirectory.hour }
    /// The total of an hour.
    var isOfHour: Bool { stretch.width == DataDirectory.hour }
}
