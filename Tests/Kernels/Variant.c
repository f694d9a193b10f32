// The kernels once more, under names that end with VARIANT.
#define JOIN(a, b) a##b
#define NAME(a, b) JOIN(a, b)
#define cscan_lines NAME(lines_, VARIANT)
#define cscan_match NAME(match_, VARIANT)
#include "../../Sources/CScan/Lines.c"
#include "../../Sources/CScan/Match.c"

uint32_t NAME(stops_, VARIANT)(const uint8_t *p) { return cscan_string_stops(p); }
