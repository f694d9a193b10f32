// Lines with escapes, made fit for what matches lines without any.
//
// In the copy, a text ends at its first quote: a quote that an escape stands for is gone with it.
#include "CScan.h"
#include "Stops.h"

static const uint8_t *end_of_escape(const uint8_t *p) {
    static const uint8_t kinds[256] = {
        ['"'] = 2, ['\\'] = 2, ['/'] = 2, ['b'] = 2, ['f'] = 2, ['n'] = 2, ['r'] = 2, ['t'] = 2, ['u'] = 6};
    static const uint8_t digits[256] = {
        ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1,
        ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1,
        ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1};
    size_t length = kinds[p[1]];
    if (length == 6 && !(digits[p[2]] & digits[p[3]] & digits[p[4]] & digits[p[5]])) return NULL;
    return length ? p + length : NULL;
}

/// Takes the escapes among the stops out of the copy; returns where the last one ends, NULL at any other stop but the
/// line feed at `end`.
static const uint8_t *blank(
    const uint8_t *p, uint64_t stops, const uint8_t *passed, const uint8_t *end, ptrdiff_t copy
) {
    for (; stops; stops &= stops - 1) {
        const uint8_t *stop = p + __builtin_ctzll(stops);
        if (stop >= end) return passed;
        // The second half of an escape.
        if (stop < passed) continue;
        if (*stop != '\\' || !(passed = end_of_escape(stop))) return NULL;
        memset((uint8_t *)stop + copy, CSCAN_BLANK, 2);
        if (passed - stop == 6) memset((uint8_t *)stop + copy + 2, CSCAN_BLANK, 4);
    }
    return passed;
}

// What an escape takes may stand in the next 64 bytes, so those are copied before.
#define COPY_LINE(STOPS) \
    const uint8_t *p = line->start, *passed = p; \
    ptrdiff_t distance = copy - p; \
    memcpy(copy, p, 64); \
    for (; p <= line->end; p += 64) { \
        if (p + 64 <= line->end) memcpy((uint8_t *)p + distance + 64, p + 64, 64); \
        uint64_t stops = STOPS(p); \
        if (stops && !(passed = blank(p, stops, passed, line->end, distance))) return 0; \
    } \
    return 1

static int blank_escapes(const cscan_line *line, uint8_t *copy) { COPY_LINE(stops64); }

#if CSCAN_HAS_AVX2
AVX2_TARGET static int blank_escapes_avx2(const cscan_line *line, uint8_t *copy) { COPY_LINE(stops64_avx2); }
#endif

int cscan_blank_escapes(const cscan_line *line, uint8_t *copy) {
#if CSCAN_HAS_AVX2
    if (has_avx2()) return blank_escapes_avx2(line, copy);
#endif
    return blank_escapes(line, copy);
}

/// Whether one of the bytes may be an escape's.
static int holds_blank(const uint8_t *p, size_t count) {
    for (; count >= 16; p += 16, count -= 16) {
        if (bits16(equal(load16(p), splat(CSCAN_BLANK)))) return 1;
    }
    return (bits16(equal(load16(p), splat(CSCAN_BLANK))) & (((uint64_t)1 << count) - 1)) != 0;
}

uint64_t cscan_blanked(const cscan_span *values, size_t count) {
    uint64_t blanked = 0;
    for (size_t line = 0; line < count; line++) {
        size_t length = (size_t)(values[line].end - values[line].start);
        blanked |= (uint64_t)holds_blank(values[line].start, length) << line;
    }
    return blanked;
}

void cscan_move(cscan_span *values, size_t count, const ptrdiff_t *distances) {
    for (size_t line = 0; line < count; line++) {
        values[line].start += distances[line];
        values[line].end += distances[line];
    }
}
