import Testing

/// The built program against real programs. One test at a time: they measure time, take ports and use all cores.
@Suite("end to end", .serialized)
enum EndToEnd {}
