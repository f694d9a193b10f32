import Agent
import Testing

@Suite("Code pages")
struct CodePagesTests {
    private static let maps = """
        55d0c8000000-55d0c8a00000 r--p 00000000 fe:00 1181                       /usr/bin/plumbline
        55d0c8a00000-55d0c9f12000 r-xp 00a00000 fe:00 1181                       /usr/bin/plumbline
        7f1966000000-7f1966100000 r-xp 00026000 fe:00 2295                       /usr/lib/x86_64-linux-gnu/libc.so.6
        7ffd1b5f8000-7ffd1b5fa000 r-xp 00000000 00:00 0                          [vdso]

        """

    @Test("the program's code is the first mapping of a file that can be run")
    func code() {
        #expect(CodePages.programsCode(inMaps: Self.maps) == 0x55d0_c8a0_0000..<0x55d0_c9f1_2000)
        let others = Self.maps.split(separator: "\n").filter { !$0.contains("r-xp") || $0.contains("[") }
        #expect(CodePages.programsCode(inMaps: others.joined(separator: "\n")) == nil)
        #expect(CodePages.programsCode(inMaps: "") == nil && CodePages.programsCode(inMaps: "x r-xp 0 0 0 /a") == nil)
    }

    @Test("code that was given back runs as before")
    func release() {
        #expect(CodePages.release() > 0)
        #expect(CodePages.release() > 0)
    }
}
