package import Files
package import RequestLog
import Snapshots
import SystemPackage

/// Stretches of event time whose slices stay as they are: neither merged into wider ones nor pruned.
///
/// Each hold is a file `holds/NAME`, lines `FROM..TO` in RFC 3339 (`FROM` is in it, `TO` is not). The agent reads them
/// before it touches an hour. A file that cannot be read protects everything.
package struct Holds: Equatable, Sendable {
    package struct Span: Equatable, Sendable, CustomStringConvertible {
        package var from: Timestamp
        package var to: Timestamp

        /// Nil unless `from` is before `to`.
        package init?(from: Timestamp, to: Timestamp) {
            guard from < to else { return nil }
            self.from = from
            self.to = to
        }

        /// Of `FROM..TO`.
        package init?(_ text: String) {
            guard let dots = text.indices.first(where: { text[$0...].hasPrefix("..") }) else { return nil }
            guard
                let from = Timestamp(rfc3339: String(text[..<dots])),
                let to = Timestamp(rfc3339: String(text[text.index(dots, offsetBy: 2)...]))
            else { return nil }
            self.init(from: from, to: to)
        }

        package var description: String { "\(from)..\(to)" }
    }

    package private(set) var spans: [String: [Span]] = [:]
    /// Why everything is protected, one line for each file that says nothing.
    package private(set) var unreadable: [String] = []

    package init() {}

    package init(_ directory: DataDirectory, _ fileSystem: any FileSystem) {
        do throws(StoreError) {
            for name in try fileSystem.namesIfThere(in: directory.holds).sorted() where Holds.isName(name) {
                do throws(FileError) {
                    // Released since the listing when there is no text.
                    guard let text = try fileSystem.text(of: directory.hold(name)) else { continue }
                    read(text, name)
                } catch {
                    unreadable.append("\(error)")
                }
            }
        } catch {
            unreadable.append("\(error)")
        }
    }

    /// Whether nothing in [from, to) may be changed.
    func protects(_ from: Timestamp, _ to: Timestamp) -> Bool {
        guard unreadable.isEmpty else { return true }
        return spans.values.contains { $0.contains { $0.from < to && from < $0.to } }
    }

    private mutating func read(_ text: String, _ name: String) {
        for (number, line) in text.split(separator: "\n").enumerated() {
            guard let span = Span(String(line)) else {
                unreadable.append("holds/\(name):\(number + 1): expected FROM..TO in RFC 3339, found \"\(line)\"")
                continue
            }
            spans[name, default: []].append(span)
        }
    }

    // MARK: Who holds

    /// Letters, digits, `-`, `_` and `.`, beginning with a letter or digit; not the name of a file that is being written.
    package static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 128, !name.hasSuffix(".tmp") else { return false }
        return isLetterOrDigit(first)
            && name.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }

    /// Replaces the hold of this name; durable when it returns.
    package static func hold(
        _ name: String, _ spans: [Span], _ directory: DataDirectory, _ fileSystem: any FileSystem
    ) throws(StoreError) {
        precondition(isName(name), "a hold whose name is no name: \(name)")
        try storing { () throws(FileError) in
            try fileSystem.createDirectory(directory.holds)
            let text = spans.map { "\($0)\n" }.joined()
            try fileSystem.replace(directory.hold(name), with: text, isDurable: true)
            try fileSystem.synchronizeDirectory(directory.path)
        }
    }

    /// Returns false when there was no such hold.
    package static func release(
        _ name: String, _ directory: DataDirectory, _ fileSystem: any FileSystem
    ) throws(StoreError) -> Bool {
        precondition(isName(name), "a hold whose name is no name: \(name)")
        do throws(FileError) {
            try fileSystem.remove(directory.hold(name))
            try fileSystem.synchronizeDirectory(directory.holds)
            return true
        } catch {
            if error.errno == .noSuchFileOrDirectory { return false }
            throw .file(error)
        }
    }
}
