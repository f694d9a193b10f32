import Health
import Testing

@Suite struct HumanUnitsTests {
    @Test(
        "durations have three digits and the unit that suits them",
        arguments: [
            (0, "0 s"), (1e-9, "1 ns"), (850e-9, "850 ns"), (0.0123, "12.3 ms"), (1.8, "1.8 s"), (1.824, "1.82 s"),
            (0.9994, "999 ms"), (0.9996, "1 s"), (99.96, "100 s"), (119, "119 s"), (120, "2 min"), (899.312, "15 min"),
            (7200, "2 h"), (172_800, "2 d"), (31_622_400, "366 d"), (9.996e-3, "10 ms"),
        ])
    func duration(seconds: Double, expected: String) { #expect(HumanUnits.duration(seconds: seconds) == expected) }

    @Test(
        "a share is never rounded to nothing or to all",
        arguments: [
            (0, "0"), (0.00000001, "<0.01"), (0.00023, "0.02"), (0.073, "7.3"), (0.05, "5"), (0.123456, "12.3"),
            (0.9995, ">99.9"), (0.99999, ">99.9"), (1, "100"), (0.999, "99.9"),
        ])
    func percent(ratio: Double, expected: String) { #expect(HumanUnits.percent(ratio: ratio) == expected) }

    @Test(
        "sizes and counts",
        arguments: [
            (HumanUnits.bytes(0), "0 B"), (HumanUnits.bytes(1023), "1023 B"), (HumanUnits.bytes(1536), "1.5 KiB"),
            (HumanUnits.bytes((1 << 20) - 1), "1 MiB"), (HumanUnits.bytes(.max), "16 EiB"),
            (HumanUnits.count(999), "999"), (HumanUnits.count(1_234_567), "1,234,567"),
            (HumanUnits.count(-1_000), "-1,000"),
            (HumanUnits.count(1, of: "line"), "1 line"), (HumanUnits.count(2_000, of: "line"), "2,000 lines"),
        ])
    func others(found: String, expected: String) { #expect(found == expected) }
}
