import Files
import SystemPackage

/// One log: a content, wherever it lies at present.
final class TailedLog {
    enum Stage: Equatable {
        /// Its file is not known (yet): just started, or its file was overwritten.
        case sought(until: Int64, LossReason)
        /// Its file is open.
        case followed
        /// Read to its end; remembered so that its copies are recognised.
        case finished
    }

    let id: UInt32
    /// Nil while no input asks for it: only known, by what earlier runs have read.
    var input: Int?
    /// The input as it was written.
    var pattern: String
    var source: String
    var path: FilePath
    var key: FileKey
    var stage: Stage
    /// Where the next line begins.
    var offset: UInt64
    var fingerprint: Fingerprint
    /// As in its position; of use while `builder` is nil.
    var beginnings: [UInt64] = []
    /// Nil until the content has been seen in this run.
    var builder: FingerprintBuilder?
    var file: (any OpenFile)?
    /// Its file when it ended, until the position that speaks of it is durable.
    var endedFile: (any OpenFile)?
    /// Reads the log when it is a gzip file.
    var gzip: GzipTail?
    /// Another file stands at its path, or it stands beside its path: it will end.
    var rotated = false
    /// It stands at no path that is looked at.
    var adrift = false
    var changed = true
    var follow = FollowState()
    /// The line over the limit that is being passed over: its bytes so far are not in `builder` but in here.
    var ahead: FingerprintBuilder?
    var unfinishedBytes: UInt64 = 0
    /// Changes of the file are reported.
    var isWatched = false
    /// The path under which a problem was reported that has not gone away.
    var failing: FilePath?
    /// Never read itself: a file whose content was known when it was found.
    var isCopy = false
    /// It was there before the agent, and nothing of it is counted.
    var isPassedOver = false
    /// Still in the sight of the last look at the names.
    var visible = true

    init(id: UInt32, input: Int?, pattern: String, source: String, path: FilePath, key: FileKey, stage: Stage) {
        self.id = id
        self.input = input
        self.pattern = pattern
        self.source = source
        self.path = path
        self.key = key
        self.stage = stage
        offset = 0
        builder = FingerprintBuilder()
        fingerprint = Fingerprint(length: 0, head: Checksum().value, samples: [], tail: Checksum().value)
    }

    /// Up to where the file has been searched for the end of a line.
    var scannedBytes: UInt64 { ahead?.length ?? offset }

    /// How long the file was when it was read to its end.
    var seenBytes: UInt64 { ahead?.length ?? offset + unfinishedBytes }

    /// Bytes that its open file is known to have beyond what was handed on.
    var lagBytes: UInt64 {
        guard stage == .followed, let size = follow.seen?.size, size > offset else { return 0 }
        return size - offset
    }

    var position: LogPosition {
        if let builder {
            fingerprint = builder.fingerprint
            beginnings = builder.longBeginnings
        }
        var position = LogPosition(
            log: id, path: path, input: pattern, device: key.device, inode: key.inode, offset: offset,
            fingerprint: fingerprint, finished: stage == .finished)
        position.passedOver = isPassedOver
        position.beginnings = beginnings
        return position
    }
}
