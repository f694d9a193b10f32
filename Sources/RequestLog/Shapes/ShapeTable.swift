import CScan

/// The shapes of a log's lines, the most frequent first, and when it pays to look for another one.
///
/// Everything is bounded: the number of shapes, the lines that are tried in vain, and the lines that are looked at to
/// learn. A log that shapes cannot help is read by the general scanner at next to no cost above it.
struct ShapeTable: ~Copyable {
    /// More shapes than these are left to the general scanner.
    static let capacity = 12
    /// After so many tries a shape must have matched one line in eight: a try costs an eighth of a general reading.
    static let probation = 1_024
    /// Chunks without a match, after which a shape gives way to a new one.
    static let idleChunks = 64
    /// Lines to wait for the next attempt when attempts have led to nothing, at most.
    static let longestPause = 1 << 16
    /// A shape that has matched so many lines was worth learning.
    static let worth = 64

    private let shapes: UnsafeMutablePointer<Shape>
    private(set) var count = 0

    /// Lines that were seen and are not worth a look before the next attempt to learn.
    private var waiting = 0
    /// What `waiting` was last set to: twice as much after each attempt that has not proved its worth.
    private var pause = 0

    init() { shapes = .allocate(capacity: ShapeTable.capacity) }

    deinit {
        shapes.deinitialize(count: count)
        shapes.deallocate()
    }

    /// A pointer, for a shape is used while the reader that owns the table changes.
    subscript(place: Int) -> UnsafeMutablePointer<Shape> { shapes + place }

    /// Whether this line, which no shape took, is to be learnt from.
    mutating func wantsToLearn() -> Bool {
        if waiting == 0 { return true }
        waiting -= 1
        return false
    }

    /// Makes a shape fit such lines, or a new one.
    ///
    /// - Parameter closed: the outline with its nested values closed; nil where it has none.
    mutating func learn(_ outline: Outline, closed: Outline?) {
        for place in 0..<count where fit(shapes + place, outline, closed) { return }
        waitLonger()
        if count == ShapeTable.capacity {
            guard let idle = (0..<count).first(where: { shapes[$0].idleChunks >= ShapeTable.idleChunks }) else {
                return
            }
            remove(idle)
        }
        (shapes + count).initialize(to: Shape(outline, closed: closed))
        count += 1
    }

    /// Whether the shape takes such lines, be it after a change.
    private mutating func fit(_ shape: UnsafeMutablePointer<Shape>, _ outline: Outline, _ closed: Outline?) -> Bool {
        let wider: Outline
        var widerClosed: Outline?
        if let joined = shape.pointee.outline.joined(shape.pointee.closed == nil ? closed ?? outline : outline) {
            wider = joined
            if let mine = shape.pointee.closed, let closed { widerClosed = mine.joined(closed) }
        } else if let mine = shape.pointee.closed, let closed, let joined = mine.joined(closed) {
            // What is nested varies: from now on it is one value.
            wider = joined
        } else {
            return false
        }
        if wider == shape.pointee.outline {
            // The shape knows such lines: what failed was a value, and more of them teach nothing.
            waitLonger()
            return true
        }
        var changed = Shape(wider, closed: widerClosed)
        changed.keepStanding(of: shape.pointee)
        shape.pointee = changed
        return true
    }

    /// Nothing was there to be learnt.
    mutating func waitLonger() {
        pause = min(pause * 2 + 1, ShapeTable.longestPause)
        waiting = pause
    }

    /// Looks at what a chunk has shown: order, probation, worth.
    mutating func review() {
        var place = 0
        while place < count {
            shapes[place].idleChunks = shapes[place].hasMatched ? 0 : min(shapes[place].idleChunks + 1, 1 << 20)
            if shapes[place].hasMatched, !shapes[place].hasProvedItsWorth, shapes[place].matched >= ShapeTable.worth {
                shapes[place].hasProvedItsWorth = true
                (pause, waiting) = (0, 0)
            }
            shapes[place].hasMatched = false
            if shapes[place].tried >= ShapeTable.probation {
                if shapes[place].matched * 8 < shapes[place].tried {
                    remove(place)
                    waitLonger()
                    continue
                }
                shapes[place].tried /= 2
                shapes[place].matched /= 2
            }
            if place > 0, shapes[place].matched > shapes[place - 1].matched { swapShapes(place - 1, place) }
            place += 1
        }
    }

    private func swapShapes(_ left: Int, _ right: Int) {
        let shape = (shapes + left).move()
        (shapes + left).moveInitialize(from: shapes + right, count: 1)
        (shapes + right).initialize(to: shape)
    }

    private mutating func remove(_ place: Int) {
        (shapes + place).deinitialize(count: 1)
        (shapes + place).moveInitialize(from: shapes + place + 1, count: count - place - 1)
        count -= 1
    }
}
