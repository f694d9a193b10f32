package import Comparison
import Glibc
import Synchronization

extension Lanes {
    /// A thread for each processor that this program may use, the one that asks among them.
    package static let processors = Lanes { count, part in
        let parts = Parts(count: count, part)
        var threads: [pthread_t] = []
        for _ in 1..<max(1, min(count, Processors.allowed())) {
            var thread = pthread_t()
            let result = pthread_create(
                &thread, nil,
                { context in
                    Unmanaged<Parts>.fromOpaque(context!).takeRetainedValue().work()
                    return nil
                }, Unmanaged.passRetained(parts).toOpaque())
            precondition(result == 0, "the system has no thread for a comparison (errno \(result))")
            threads.append(thread)
        }
        parts.work()
        for thread in threads { pthread_join(thread, nil) }
    }

    /// Parts, of which each thread takes the next one.
    private final class Parts: Sendable {
        private let count: Int
        private let part: @Sendable (Int) -> Void
        private let next = Atomic<Int>(0)

        init(count: Int, _ part: @escaping @Sendable (Int) -> Void) {
            self.count = count
            self.part = part
        }

        func work() {
            while true {
                let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard number < count else { return }
                part(number)
            }
        }
    }
}
