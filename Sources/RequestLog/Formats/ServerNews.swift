import CScan

/// Lines that servers write beside their requests, into the same log.
enum ServerNews {
    static func isNews(_ line: UnsafePointer<UInt8>) -> Bool { isUvicorn(line) || isHAProxy(line) }

    /// `INFO:     Application startup complete.`: a level, brought to ten columns.
    private static func isUvicorn(_ line: UnsafePointer<UInt8>) -> Bool {
        let levels: [StaticString] = [
            "INFO:     ", "WARNING:  ", "ERROR:    ", "DEBUG:    ", "CRITICAL: ", "TRACE:    ",
        ]
        return levels.contains { WrapperText.begins(line, $0) }
    }

    /// `10.0.0.1:54321 [25/Feb/2019:16:19:48.143] public/1: SSL handshake failure`, and connections that are no requests.
    private static func isHAProxy(_ line: UnsafePointer<UInt8>) -> Bool {
        let cursor = cscan_word_end(line)
        let form: StaticString = " [dd/aaa/dddd:dd:dd:dd.ddd] "
        for place in 0..<form.utf8CodeUnitCount {
            let byte = cursor[place]
            switch form.utf8Start[place] {
            case UInt8(ascii: "d"): guard isDigit(byte) else { return false }
            case UInt8(ascii: "a"): guard lowercased(byte) &- UInt8(ascii: "a") < 26 else { return false }
            case let literal: guard byte == literal else { return false }
            }
        }
        return cursor > line
    }
}
