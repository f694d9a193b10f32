import RequestLog

/// What a slot of the `Aggregator` counts for, compared and hashed as three words.
struct SlotIdentity: Equatable {
    let slice: Int64
    private let names: UInt64
    private let rest: UInt64

    @inline(__always)
    init(slice: Int64, _ record: borrowing Record, source: NameID) {
        self.slice = slice
        (names, rest) = SeriesKey(record, source: source).words
    }

    var key: SeriesKey {
        SeriesKey(
            source: NameID(index: UInt32(truncatingIfNeeded: rest)),
            route: NameID(index: UInt32(truncatingIfNeeded: names)), method: Method(rawValue: UInt8(rest >> 48 & 15))!,
            status: UInt16(truncatingIfNeeded: rest >> 32), cache: CacheStatus(rawValue: UInt8(rest >> 52 & 15))!,
            segment: Segment(rawValue: UInt8(rest >> 56 & 3))!, version: NameID(index: UInt32(names >> 32)))
    }

    @inline(__always)
    var hash: UInt64 {
        let first = (names ^ UInt64(bitPattern: slice)).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        let second = (rest ^ first.high ^ first.low).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
        return second.high ^ second.low
    }

    @inline(__always)
    static func == (left: SlotIdentity, right: SlotIdentity) -> Bool {
        (left.slice ^ right.slice) | Int64(bitPattern: (left.names ^ right.names) | (left.rest ^ right.rest)) == 0
    }
}
