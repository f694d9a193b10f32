package import Snapshots

/// A block as it is told from any other: of the same store, stretch and commits, with the same checksum, it holds the
/// same.
package struct BlockIdentity: Hashable, Sendable {
    private var storeID: StoreID
    private var stretch: Stretch
    private var commits: CommitRange
    private var checksum: UInt32

    package init(_ frame: Frame, _ header: BlockHeader) {
        storeID = header.storeID
        stretch = header.stretch
        commits = header.commits
        checksum = frame.checksum
    }
}
