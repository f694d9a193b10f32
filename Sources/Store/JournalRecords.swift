import Files
import RequestLog
import RollingWindow
import Snapshots

/// A commit as the journal holds it; its blocks are still compressed.
struct CommitRecord: Sendable {
    var storeID: StoreID
    var sequence: UInt64
    var inputs: [InputState]
    var forgottenLogs: [UInt32]
    var extras: [String: [UInt8]]
    var blocks: [Frame]

    func encoded() throws(SnapshotError) -> [UInt8] {
        var writer = ByteWriter()
        writer.fixed(storeID.high)
        writer.fixed(storeID.low)
        writer.fixed(sequence)
        writer.append(inputs)
        writer.varint(UInt64(forgottenLogs.count))
        for log in forgottenLogs { writer.varint(UInt64(log)) }
        writer.append(extras)
        for block in blocks { writer.append(contentsOf: block.bytes) }
        return try Frame(.commit, body: writer.bytes).bytes
    }

    init(
        storeID: StoreID, sequence: UInt64, inputs: [InputState], forgottenLogs: [UInt32], extras: [String: [UInt8]],
        blocks: [Frame]
    ) {
        self.storeID = storeID
        self.sequence = sequence
        self.inputs = inputs
        self.forgottenLogs = forgottenLogs
        self.extras = extras
        self.blocks = blocks
    }

    init(_ frame: Frame) throws(SnapshotError) {
        var reader = ByteReader(frame.body)
        do throws(DecodingFailure) {
            storeID = StoreID(high: try reader.fixed64(), low: try reader.fixed64())
            sequence = try reader.fixed64()
            guard 1...SnapshotLimits.lastCommit ~= sequence else { throw reader.failure("a sequence from 1 to 2^62") }
            inputs = try reader.inputs()
            forgottenLogs = []
            for _ in 0..<(try reader.count()) {
                forgottenLogs.append(UInt32(truncatingIfNeeded: try reader.varint()))
            }
            extras = try reader.extras()
            let rest = Array(try reader.slice(reader.remaining))
            let (blocks, failure) = FrameSequence.frames(in: rest, of: [.block])
            guard failure == nil else { throw reader.failure("whole blocks") }
            self.blocks = blocks
            guard blocksAreItsOwn else { throw reader.failure("blocks of this commit, one for each slice") }
        } catch {
            throw SnapshotError(frame.kind.name, error)
        }
    }

    /// Recovery adds up blocks of one slice by their commits, and what a commit does not say of itself it cannot count.
    private var blocksAreItsOwn: Bool {
        let headers = blocks.compactMap { try? BlockHeader($0) }
        return headers.count == blocks.count && Set(headers.map(\.stretch)).count == blocks.count
            && headers.allSatisfy { $0.storeID == storeID && $0.commits == CommitRange(only: sequence) }
    }
}

/// Everything that is true, at the beginning of a segment.
struct CheckpointRecord {
    static func encoded(_ state: CommittedState, storeID: StoreID, names: Names) throws(SnapshotError) -> [UInt8] {
        var writer = ByteWriter()
        writer.fixed(storeID.high)
        writer.fixed(storeID.low)
        writer.fixed(state.sequence)
        writer.append(state.inputs.values.sorted { $0.position.log < $1.position.log })
        writer.append(state.extras)
        writer.fixed(state.counters.overflowedRequests)
        try SeriesTable.encode(state.counters.series, names: names, into: &writer)
        return try Frame(.checkpoint, body: writer.bytes).bytes
    }

    /// What is needed to know which commits the checkpoint vouches for.
    static func head(_ frame: Frame) throws(SnapshotError) -> (storeID: StoreID, sequence: UInt64) {
        var reader = ByteReader(frame.body)
        do throws(DecodingFailure) {
            let storeID = StoreID(high: try reader.fixed64(), low: try reader.fixed64())
            let sequence = try reader.fixed64()
            guard sequence <= SnapshotLimits.lastCommit else { throw reader.failure("a sequence of at most 2^62") }
            return (storeID, sequence)
        } catch {
            throw SnapshotError(frame.kind.name, error)
        }
    }

    static func decode(
        _ frame: Frame, limit: Int, names: inout Names
    ) throws(SnapshotError) -> CommittedState {
        var reader = ByteReader(frame.body)
        do throws(DecodingFailure) {
            _ = try reader.slice(16)
            let sequence = try reader.fixed64()
            let inputs = try reader.inputs()
            let extras = try reader.extras()
            let overflowed = try reader.fixed64()
            let series = try SeriesTable.decode(&reader, names: &names)
            var state = CommittedState(
                counters: Counters(series: series, overflowedRequests: overflowed, limit: limit))
            state.sequence = sequence
            for input in inputs { state.inputs[input.position.log] = input }
            state.extras = extras
            return state
        } catch {
            throw SnapshotError(frame.kind.name, error)
        }
    }
}

extension ByteWriter {
    fileprivate mutating func append(_ inputs: [InputState]) {
        varint(UInt64(inputs.count))
        for input in inputs { input.encode(into: &self) }
    }

    fileprivate mutating func append(_ extras: [String: [UInt8]]) {
        varint(UInt64(extras.count))
        for (key, value) in extras.sorted(by: { $0.key < $1.key }) {
            text(key)
            varint(UInt64(value.count))
            append(contentsOf: value)
        }
    }
}

extension ByteReader {
    fileprivate mutating func inputs() throws(DecodingFailure) -> [InputState] {
        var inputs: [InputState] = []
        for _ in 0..<(try count(leastBytes: 32)) { inputs.append(try InputState(&self)) }
        return inputs
    }

    fileprivate mutating func extras() throws(DecodingFailure) -> [String: [UInt8]] {
        var extras: [String: [UInt8]] = [:]
        for _ in 0..<(try count(leastBytes: 2)) {
            let key = try text()
            extras[key] = Array(try slice(try count()))
        }
        return extras
    }
}
