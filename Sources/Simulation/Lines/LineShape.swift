/// How the lines of a simulated log are put together. The requests are the same in every shape.
package enum LineShape: String, CaseIterable, Sendable {
    /// One order of keys, no escapes: what one logger writes.
    case constant
    /// Three orders of keys, one of them with spaces and one with `request: {method, path}`; escapes and characters
    /// beyond ASCII in the strings that nobody counts.
    case mixed
}
