/// Values that stand where no key says what they are, for explanations: numbers above those of all keys.
enum UnnamedKey: UInt16 {
    case head = 0xff00
    case event
    case wrapper
    case dateAndTime

    var name: String {
        switch self {
        case .head: "the beginning of the line"
        case .event: "the event"
        case .wrapper: "what the line is wrapped in"
        case .dateAndTime: "date and time"
        }
    }
}
