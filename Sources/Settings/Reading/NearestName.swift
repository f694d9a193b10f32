/// The name that a misspelt one was probably meant to be; nil when none is near enough to be worth a hint.
///
/// Distance: insertions, deletions, substitutions and swaps of neighbours (optimal string alignment); near enough is a
/// third of the length. Case does not count.
func nearestName(to word: String, among names: [String]) -> String? {
    let letters = Array(word.lowercased().utf8)
    guard (1...64).contains(letters.count) else { return nil }
    let limit = max(1, letters.count / 3)
    var nearest: (name: String, distance: Int)?
    for name in names {
        let distance = distance(letters, Array(name.lowercased().utf8))
        if distance <= limit, distance < nearest?.distance ?? .max { nearest = (name, distance) }
    }
    return nearest?.name
}

private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in 1...left.count {
        var current = [row]
        for column in 1...right.count {
            let substitution = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
            var best = min(previous[column] + 1, current[column - 1] + 1, substitution)
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                best = min(best, beforePrevious[column - 2] + 1)
            }
            current.append(best)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
}
