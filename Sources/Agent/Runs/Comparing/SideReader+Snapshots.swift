import Comparison
import RequestLog
import RollingWindow
import Snapshots
import Store

/// Data directories and snapshot files as a side, or as a part of one.
extension SideReader {
    /// What the headers of the first blocks and of the last ones say, which are the widest and the narrowest as a rule.
    /// The rest, and whether narrow blocks hold all that a wide one holds, is found out by reading.
    func outline(_ reader: inout SnapshotReader) throws(RunFailure) -> SideSurvey {
        var survey = SideSurvey(tier: .zero)
        let hours = reader.hours.filter { hour in
            (request.from.map { hour + DataDirectory.day > $0 } ?? true) && (request.to.map { hour < $0 } ?? true)
        }
        do throws(StoreError) {
            for hours in [hours, hours.reversed()] {
                for hour in hours {
                    let blocks = try reader.counted(in: hour, from: request.from, to: request.to, .outline)
                    let wanted = blocks.filter { isWanted($0.header) }
                    for block in wanted { survey.add(SideSurvey(block.header)) }
                    if !wanted.isEmpty { break }
                }
            }
        } catch {
            throw RunFailure(snapshots: error)
        }
        return survey
    }

    private func isWanted(_ header: BlockHeader) -> Bool {
        (request.from.map { header.stretch.start >= $0 } ?? true)
            && (request.to.map { header.stretch.start < $0 } ?? true)
    }

    /// Sources are never added together: the one that was asked for, or the one that the agent calls primary.
    func primarySource(_ reader: inout SnapshotReader, _ names: inout Names) throws(RunFailure) -> NameID {
        if let source { return names.intern(source) }
        if let text = reader.extras["primary"] { return names.intern(String(decoding: text, as: UTF8.self)) }
        var sources: Set<NameID> = []
        do throws(StoreError) {
            for hour in reader.hours where sources.isEmpty {
                for counted in try reader.counted(in: hour, from: request.from, to: request.to, .outline) {
                    guard let block = try? OpenedBlock(counted.frame).block(names: &names) else { continue }
                    sources.formUnion(block.series.keys.map(\.source))
                }
            }
        } catch {
            throw RunFailure(snapshots: error)
        }
        let main = names.intern("main")
        return sources.contains(main) ? main : sources.min { names[$0] < names[$1] } ?? main
    }

    /// - Returns: what was found; where there are slices wider than the side's, they are not in it.
    func read(
        _ reader: inout SnapshotReader, _ names: inout Names, _ gathered: inout Gathered, _ width: Timestamp.Span
    ) throws(RunFailure) -> SideSurvey {
        var survey = SideSurvey(tier: .zero)
        do throws(StoreError) {
            try reader.forEachTable(from: request.from, to: request.to, .finest, names: &names) { header in
                guard isWanted(header) else { return false }
                survey.add(SideSurvey(header))
                return header.stretch.width <= width
            } _: { header, columns in
                add(columns, of: header, &gathered)
            }
        } catch {
            throw RunFailure(snapshots: error)
        }
        return survey
    }

    private func add(_ columns: SeriesColumns, of header: BlockHeader, _ gathered: inout Gathered) {
        guard keepsVersions else { return gathered.builder.add(columns, of: header) }
        for version in Set(columns.keys.map(\.version)) {
            if gathered.versions[version] == nil {
                gathered.versions[version] = gathered.builder.emptied(versions: [version])
            }
            gathered.versions[version]!.add(columns, of: header)
        }
    }
}

extension SideSurvey {
    /// Of one block.
    fileprivate init(_ header: BlockHeader) {
        self.init(first: header.firstEvent, last: header.lastEvent, tier: header.stretch.width)
    }
}
