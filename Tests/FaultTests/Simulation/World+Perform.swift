import Agent
import RequestLog
import TestSupport

extension World {
    func perform(_ event: Event) {
        let family = families.randomElement(using: &random)!
        switch event {
        case .append: append(Int.random(in: 1...4, using: &random), to: family)
        case .appendMany: append(Int.random(in: 10...60, using: &random), to: family)
        case .appendLate: appendLate(to: family)
        case .tear: tear(family, atPage: false)
        case .tearAtPage: tear(family, atPage: true)
        case .finishTorn: finishTorn(family)
        case .badLines: appendBadLines(to: family)
        case .emptyFile: emptyFile(family)
        case .rename: rename(family)
        case .renameAndLinger: renameAndLinger(family)
        case .renameOften: for _ in 0..<Int.random(in: 2...4, using: &random) { rename(family) }
        case .copyTruncate: copyTruncate(family, looking: false, regrown: false)
        case .copyTruncateRegrown: copyTruncate(family, looking: random.oneIn(2), regrown: true)
        case .copyLookTruncate: copyTruncate(family, looking: true, regrown: false)
        case .compress: compress(family)
        case .compressInSteps: compressInSteps(family)
        case .delete: delete(family)
        case .deleteAndRecreate:
            delete(family)
            append(2, to: family)
        case .forgetGenerations: forgetGenerations(of: family)
        case .switchLink: switchLink(family)
        case .loseUnread: loseUnread(family)
        case .twins: makeTwins(family, large: true)
        case .sharedBeginning: makeTwins(family, large: false)
        case .matchedCopy: copyToMatchedPath(family)
        case .siblingCopy: copyBeside(family)
        case .replaceShorter: replace(family, .shorter)
        case .replaceByBeginning: replace(family, .beginning)
        case .replaceIdentical: replace(family, .identical)
        case .cutMiddle: cutMiddle(family)
        case .newFile: if let made = makeFamily() { append(2, to: made) }
        case .directoryVanishes: hideDirectory()
        case .directoryReturns: returnDirectory()
        case .revoke: revoke(family)
        case .grant: grantAll()
        case .overflowReports: life?.watcher?.hasOverflowed = true
        case .limitWatches: limitWatches(true)
        case .liftWatchLimit: limitWatches(false)
        case .start: start()
        case .startDying: startDying()
        case .kill: kill()
        case .killAtCall: killAtCall()
        case .stop: stop()
        case .reopen: life?.ingest.reopen()
        case .removeInput: changeInputs(removing: true)
        case .restoreInput: changeInputs(removing: false)
        case .secondAgent: startSecondAgent()
        case .powerCut: cutPower(logsToo: false)
        case .powerCutOfLogs: cutPower(logsToo: true)
        case .stepClock: stepClock()
        case .fillJournal, .fillSnapshots, .fillDisk, .mountReadOnly, .failReading, .failWriting, .failOneCall:
            breakDisk(event)
        case .heal: heal()
        case .damage: damage()
        case .deleteData: deleteData()
        case .turn: turn()
        case .shortTurn: turn(budgetBytes: 1)
        case .storeTurn: storeTurn()
        case .workALittle: work(seconds: 0.6)
        case .work: work(seconds: 2)
        case .workLong: work(seconds: 12)
        case .stall: clocks.pass(nanoseconds: [1, 11, 70].randomElement(using: &random)! * 1_000_000_000)
        case .flush: flush(slicesEndingBefore: clocks.wall - Timestamp.Span.seconds(5))
        case .newSegment: life?.startNewSegment()
        case .prune: if let life { refused(life.prune()) }
        case .copyDirectory: copyDirectory()
        case .copyWithinCall: copyWithinCall()
        case .scrape: scrape()
        case .mergeCopies: mergeWithOlderCopy()
        case .replay: replayRotated()
        case .passHours: passHours()
        case .requestPrune: requestPrune()
        case .hold: hold()
        case .releaseHold: releaseHold()
        }
        if isTold { story.append("    \(describeFiles())  \(describeAgent())") }
    }
}
