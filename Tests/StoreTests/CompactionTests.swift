import Files
import Glibc
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport
import Testing

/// Merging slices, and totals of hours and days, change what is read in no way but the time it takes.
@Suite("Compaction")
struct CompactionTests {
    private static let seeds: ClosedRange<UInt64> = getenv("EXHAUSTIVE") == nil ? 1...4 : 1...600

    private func step(_ chronicle: Chronicle) throws(StoreError) {
        switch Int.random(in: 0..<20, using: &chronicle.random) {
        case 0..<4: chronicle.advance(minutes: Int64.random(in: 1...150, using: &chronicle.random))
        case 4: chronicle.advance(minutes: Int64.random(in: 60...1_500, using: &chronicle.random))
        case 5..<10:
            chronicle.write(Int.random(in: 1...12, using: &chronicle.random))
            try chronicle.commit()
        case 10..<13: try chronicle.flush()
        case 13..<17: try chronicle.retain()
        case 17: try chronicle.retain(portions: Int.random(in: 1...6, using: &chronicle.random))
        case 18:
            // What no commit has followed may have been refused: nobody was told that it is true.
            chronicle.disk.plan { $0.failures = [:] }
            try chronicle.commit()
            if chronicle.copies.count < 4 { chronicle.copyDirectory() }
        default:
            chronicle.kill()
            try chronicle.open()
        }
    }

    @Test("at any time, with late records, kills and older copies, no sum changes", arguments: seeds)
    func sums(seed: UInt64) throws {
        let chronicle = Chronicle(seed: seed)
        try chronicle.open()
        for number in 0..<50 {
            try step(chronicle)
            if number % 10 == 9 { try chronicle.check("after \(number)") }
        }
        try chronicle.retain()
        try chronicle.check("at the end")
    }

    @Test("with calls that fail, and power cuts", arguments: seeds)
    func faults(seed: UInt64) throws {
        let chronicle = Chronicle(seed: seed &* 7919)
        var isOpen = false
        for number in 0..<70 {
            let next = Int.random(in: 1...120, using: &chronicle.random)
            let isFatal = chronicle.random.oneIn(2)
            let errno: Errno = chronicle.random.oneIn(2) ? .ioError : .noSpace
            if chronicle.random.oneIn(2) {
                chronicle.disk.plan { plan in
                    for call in next...(next + (isFatal ? 60 : 0)) { plan.failCall(call, with: errno) }
                }
            }
            do throws(StoreError) {
                if !isOpen { try chronicle.open() }
                isOpen = true
                try step(chronicle)
            } catch {
                if isFatal {
                    chronicle.kill()
                    isOpen = false
                    if chronicle.random.oneIn(2) { chronicle.disk.crash(seed: chronicle.random.next()) }
                }
            }
            chronicle.disk.plan { $0.failures = [:] }
            if chronicle.store == nil { isOpen = false }
            if number % 10 == 9, isOpen {
                try chronicle.commit()
                try chronicle.check("after \(number)")
            }
        }
        if !isOpen { try chronicle.open() }
        try chronicle.commit()
        try chronicle.retain()
        try chronicle.check("at the end")
    }
}
