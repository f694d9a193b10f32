/// How the lines of a simulated log are put together. The requests are the same in every shape.
package enum LineShape: String, CaseIterable, Sendable {
    /// One order of keys, no escapes: what one logger writes.
    case constant
    /// Three orders of keys, one of them with spaces and one with `request: {method, path}`; in every tenth line escapes
    /// or characters beyond ASCII in strings that nobody counts, in every fortieth `\/` in the route.
    case mixed
    /// As `mixed`, with escapes wherever they can be: in two lines of three.
    case escaped
}
