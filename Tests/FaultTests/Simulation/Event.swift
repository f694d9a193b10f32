/// What can happen in one step of a simulated life.
package enum Event: String, CaseIterable, Sendable {
    // The service and its logger.
    case append, appendMany, appendLate, tear, tearAtPage, finishTorn, badLines, emptyFile
    // Rotation.
    case rename, renameAndLinger, renameOften, copyTruncate, copyTruncateRegrown, copyLookTruncate
    case compress, compressInSteps, delete, deleteAndRecreate, forgetGenerations
    case loseUnread
    // Files that are not what they seem.
    case switchLink, twins, sharedBeginning, matchedCopy, siblingCopy, replaceShorter, replaceByBeginning
    case replaceIdentical, cutMiddle
    // Places.
    case newFile, directoryVanishes, directoryReturns, revoke, grant
    // What tells of changes.
    case overflowReports, limitWatches, liftWatchLimit
    // The process.
    case start, startDying, kill, killAtCall, stop, reopen, removeInput, restoreInput, secondAgent
    // The machine.
    case powerCut, powerCutOfLogs, stepClock
    // The disk.
    case fillJournal, fillSnapshots, fillDisk, mountReadOnly, failReading, failWriting, failOneCall, heal
    case damage, deleteData
    // The agent at work.
    case turn, shortTurn, storeTurn, workALittle, work, workLong, stall, flush, newSegment, prune
    // Others who read.
    case copyDirectory, copyWithinCall, scrape, mergeCopies, replay
    // Retention.
    case passHours, requestPrune, hold, releaseHold

    /// Always possible; the others only in some lives, so that they meet in ever new company.
    static let everyday: [Event] = [
        .append, .append, .append, .appendMany, .turn, .turn, .shortTurn, .storeTurn, .storeTurn, .workALittle,
        .workALittle, .work, .heal, .start, .start, .finishTorn, .scrape, .grant, .directoryReturns,
        .liftWatchLimit, .restoreInput,
    ]

    /// Of these a life has few.
    static let rare: Set<Event> = [.twins, .loseUnread, .damage, .deleteData, .cutMiddle, .powerCutOfLogs, .stepClock]
}
