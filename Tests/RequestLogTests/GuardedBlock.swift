import Glibc
import RequestLog

/// Bytes with exactly `RecordReader.padding` readable ones behind them; whoever reads the next one dies.
final class GuardedBlock {
    private let memory: UnsafeMutableRawPointer
    private let size: Int
    let block: UnsafeRawBufferPointer

    init(_ bytes: [UInt8], padding: UInt8) {
        let page = Int(getpagesize())
        let needed = bytes.count + RecordReader.padding
        size = (needed + page - 1) / page * page + page
        memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        precondition(memory != MAP_FAILED, "no memory for a guarded block")
        let start = memory + (size - page - needed)
        start.copyMemory(from: bytes, byteCount: bytes.count)
        memset(start + bytes.count, Int32(padding), RecordReader.padding)
        precondition(mprotect(memory + (size - page), page, PROT_NONE) == 0, "no guard behind the block")
        block = UnsafeRawBufferPointer(start: start, count: bytes.count)
    }

    deinit { munmap(memory, size) }
}
