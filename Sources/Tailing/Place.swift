import Files
import SystemPackage

/// A path that an input matches, and what was last seen there. Decides; does nothing itself.
struct Place: Equatable {
    enum Owner: Equatable {
        case nobody
        case log(UInt32)
        case candidate(FileKey)
    }

    enum Step: Equatable {
        case nothing
        /// A file is there that nobody holds open.
        case open
        /// The file of this owner is there (again).
        case attach(Owner)
    }

    let path: FilePath
    let input: Int
    var owner: Owner = .nobody
    private(set) var problem: TailProblem?
    /// The file that was there at the agent's first start; as much of it as there was then is not read.
    var present: FileMetadata?

    init(path: FilePath, input: Int) {
        self.path = path
        self.input = input
    }

    /// - Parameter holder: who holds the file that is there open.
    func decide(holder: Owner) -> Step {
        if holder == .nobody { return .open }
        return holder == owner ? .nothing : .attach(holder)
    }

    /// What to report when the state of the path becomes this; nothing if it is reported already.
    mutating func become(_ new: TailProblem?) -> Report? {
        guard new != problem else { return nil }
        defer { problem = new }
        if let new { return .problem(new) }
        return .recovered
    }

    enum Report: Equatable {
        case problem(TailProblem)
        case recovered
    }
}
