import RequestLog

/// What a slot of the `Aggregator` counts for, packed so that it is compared and hashed as three words.
struct SlotIdentity: Equatable {
    let slice: Int64
    private let names: UInt64
    private let rest: UInt64

    @inline(__always)
    init(slice: Int64, _ record: borrowing Record, source: NameID) {
        self.slice = slice
        names = UInt64(record.route.index) | UInt64(record.version.index) &<< 32
        // In memory these enums are their raw values, for their cases count from 0 without a gap; asking for the raw
        // value is a call into another module.
        let method = UInt64(unsafeBitCast(record.method, to: UInt8.self))
        let cache = UInt64(unsafeBitCast(record.cache, to: UInt8.self))
        let segment = UInt64(unsafeBitCast(record.segment, to: UInt8.self))
        let words = method | cache &<< 4 | segment &<< 8
        rest = UInt64(source.index) | UInt64(record.status) &<< 32 | words &<< 48
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
