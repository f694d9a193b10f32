import Comparison
import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage

/// The sides of a change's comparison, out of one data directory.
struct ChangeSides {
    private var reader: SnapshotReader
    private var names = Names()
    private let source: NameID
    private let primary: String

    init(_ directory: FilePath, source wanted: String? = nil, _ fileSystem: any FileSystem) throws(RunFailure) {
        reader = SnapshotReader(fileSystem)
        do throws(StoreError) { try reader.add(directory: directory) } catch { throw RunFailure(snapshots: error) }
        primary = wanted ?? reader.extras["primary"].map { String(decoding: $0, as: UTF8.self) } ?? "main"
        source = names.intern(primary)
    }

    /// - Parameter shift: moves a window, and all that happened in it.
    struct Asked {
        var name: String
        var window: Side.Window
        var shift = Timestamp.Span.zero
        var marks: [Mark] = []
    }

    /// Several sides with slices of one width.
    mutating func read(_ asked: [Asked]) throws(RunFailure) -> [Side] {
        let width = try width(for: asked.map(\.window))
        var builders: [SideBuilder] = []
        for side in asked {
            var builder = SideBuilder(width: width, source: source)
            do throws(StoreError) {
                try reader.forEachTable(from: side.window.from, to: side.window.to, .finest, names: &names) {
                    $0.stretch.start >= side.window.from && $0.stretch.end <= side.window.to
                } _: { header, columns in
                    builder.add(columns, of: header, movedBy: side.shift)
                }
            } catch {
                throw RunFailure(snapshots: error)
            }
            builders.append(builder)
        }
        let coarser = names.coarsened()
        return zip(asked, builders).map { asked, builder in
            let covered = Side.Window(
                from: (asked.window.from + asked.shift).raised(to: width),
                to: (asked.window.to + asked.shift).floored(to: width))
            var side = builder.side(
                named: asked.name, windows: covered.from < covered.to ? [covered] : [], names: names, coarser: coarser)
            side.marks = asked.marks
            side.facts.formats = reader.extras["formats"].map { [String(decoding: $0, as: UTF8.self)] } ?? []
            side.facts.configuration = reader.extras["configuration"].map { String(decoding: $0, as: UTF8.self) }
            return side
        }
    }

    /// Where there are slices in some time: from the first one to the end of the last one.
    func known(from: Timestamp, to: Timestamp) throws(RunFailure) -> Side.Window? {
        var reader = reader
        var known: Side.Window?
        for hour in reader.hours where hour < to && hour + DataDirectory.hour > from {
            do throws(StoreError) {
                for block in try reader.counted(in: hour, from: from, to: to, .finest) {
                    let stretch = block.header.stretch
                    guard stretch.start >= from, stretch.start < to else { continue }
                    known = Side.Window(
                        from: min(known?.from ?? stretch.start, stretch.start),
                        to: max(known?.to ?? stretch.end, min(stretch.end, to)))
                }
            } catch {
                throw RunFailure(snapshots: error)
            }
        }
        return known
    }

    /// The longest of which the shortest window has 60, and no shorter than what is stored.
    private mutating func width(for windows: [Side.Window]) throws(RunFailure) -> Timestamp.Span {
        var stored = Timestamp.Span.zero
        for window in windows {
            for hour in reader.hours where hour < window.to && hour + DataDirectory.hour > window.from {
                do throws(StoreError) {
                    for block in try reader.counted(in: hour, from: window.from, to: window.to, .finest)
                    where block.header.stretch.width < DataDirectory.hour {
                        stored = max(stored, block.header.stretch.width)
                    }
                } catch {
                    throw RunFailure(snapshots: error)
                }
            }
        }
        let shortest = windows.map { $0.to - $0.from }.min() ?? .zero
        let fits = ChangeSides.widths.first { $0.nanoseconds * 60 <= shortest.nanoseconds } ?? ChangeSides.widths.last!
        return max(fits, stored)
    }

    private static let widths: [Timestamp.Span] = [.seconds(300), .seconds(60), .seconds(10)]
}

extension Timestamp {
    /// The next multiple of a width, or itself.
    fileprivate func raised(to width: Timestamp.Span) -> Timestamp {
        let floor = floored(to: width)
        return floor == self ? self : floor + width
    }
}
