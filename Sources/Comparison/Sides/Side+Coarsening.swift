package import RequestLog

extension Side {
    /// The same requests in wider slices.
    ///
    /// - Parameter width: a multiple of the side's own.
    package func coarsened(to width: Timestamp.Span) -> Side {
        precondition(width.nanoseconds.isMultiple(of: sliceWidth.nanoseconds), "slices that do not fit into others")
        guard width != sliceWidth else { return self }
        let factor = width.nanoseconds / sliceWidth.nanoseconds
        var side = self
        side.sliceWidth = width
        side.strata = strata.map { stratum in
            var packed = PackedCells()
            var open: (slice: Int64, cell: StratumCell)?
            stratum.cells.forEach { slice, cell in
                let wider = slice >= 0 ? slice / factor : (slice - factor + 1) / factor
                if open?.slice == wider {
                    open?.cell.add(StratumCell(cell))
                } else {
                    if let open { packed.append(open.cell, slice: open.slice) }
                    open = (wider, StratumCell(cell))
                }
            }
            if let open { packed.append(open.cell, slice: open.slice) }
            return Stratum(key: stratum.key, cells: packed)
        }
        side.windows = windows.map { window in
            let floor = window.to.floored(to: width)
            return Window(
                from: window.from.floored(to: width), to: floor == window.to ? floor : floor + width)
        }
        return side
    }
}
