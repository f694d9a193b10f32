import Files
import Glibc
import SystemPackage

/// The program's own code in memory.
///
/// A start runs through much of it once, and the kernel maps what lies around every page that is touched, so that most of
/// it is resident. What is given back is mapped again, from the page cache, where it is called.
package enum CodePages {
    /// Gives back all of it; returns how many bytes of addresses that were.
    @discardableResult
    package static func release() -> Int {
        guard let file = try? RealFileSystem().open("/proc/self/maps", .read),
            let bytes = try? file.bytes(at: 0, count: 64 << 10),
            let range = programsCode(inMaps: String(decoding: bytes, as: UTF8.self))
        else { return 0 }
        // Of pages that were written to the changes would be lost; these are only read.
        return madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED) == 0
            ? range.count : 0
    }

    /// The first mapping of a file that can be run; libraries stand behind the program.
    ///
    /// `55d0c8a00000-55d0c9f12000 r-xp 00b05000 fe:00 1181    /usr/bin/plumbline`
    package static func programsCode(inMaps text: String) -> Range<UInt>? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "r-xp", words[5].hasPrefix("/") else { continue }
            let bounds = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            return bounds.count == 2 && bounds[0] < bounds[1] ? bounds[0]..<bounds[1] : nil
        }
        return nil
    }
}
