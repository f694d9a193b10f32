package import SystemPackage

/// Who gets what the tailer finds, in the order in which it stands in the logs.
package protocol TailSink {
    /// A log is followed from here on, also one that is continued after a restart.
    ///
    /// `copyOf` is the log whose consumed content this one begins with: that part is not handed on again.
    mutating func opened(_ log: UInt32, path: FilePath, source: String, copyOf: UInt32?)

    /// Whole lines, each with its LF; only the last line of a finished log may lack it.
    ///
    /// At least 64 bytes of memory behind the buffer can be read. The buffer is valid during the call.
    mutating func lines(_ bytes: UnsafeRawBufferPointer, of log: UInt32)

    /// The same, and the sink may keep them beyond the call: it takes the buffer and leaves another one like it.
    mutating func lines(_ bytes: UnsafeRawBufferPointer, of log: UInt32, in buffer: inout ReadBuffer)

    /// A line over the limit was passed over, LF included.
    mutating func overlong(byteCount: UInt64, of log: UInt32)

    /// The bytes behind the last LF changed in number.
    mutating func unfinished(byteCount: UInt64, of log: UInt32)

    /// Bytes that were there at the first start and are not read.
    mutating func skippedAtStart(byteCount: UInt64, of log: UInt32)

    /// Bytes of a log are gone that had not been read; nil when nobody can know how many.
    mutating func lost(byteCount: UInt64?, of log: UInt32, reason: LossReason)

    /// Nothing more is expected from this log.
    mutating func finished(_ log: UInt32)

    /// Once per change of state, not once per look.
    mutating func problem(_ problem: TailProblem)

    mutating func recovered(_ path: FilePath)
}

extension TailSink {
    package mutating func lines(_ bytes: UnsafeRawBufferPointer, of log: UInt32, in buffer: inout ReadBuffer) {
        lines(bytes, of: log)
    }
}

package enum LossReason: String, Sendable {
    /// Overwritten or cut, and no copy of it was found beside it.
    case truncated
    /// Neither at its path nor beside it when the agent came back.
    case gone
}
